// Where something is in sight on the canvas: not at its edges, nor under the palette.
export const PALETTE = 72; // How wide the palette is, in pixels.
export const IN_SIGHT = { top: 80, right: 80, bottom: 80, left: PALETTE + 80 };
