// What every page loads. Pages work without it: each module only adds comfort to plain links and forms.
import './htmx.js';
import './announcements.js';
import './conditions.js';
import './dialogs.js';
import './drafts.js';
import './rows.js';
import './sending.js';
import './session.js';
import './shortcuts.js';
import './typed.js';
import './undo.js';
