"""Every route says who may reach it, is written like the others, and does not vanish."""

from __future__ import annotations

import re

import pytest

from tests.architecture import routes, tree

# What anybody may reach, signed in or not. Short, and read at each review.
PUBLIC = {
    "/.well-known/security.txt",
    "/api/v1/docs",
    "/api/v1/openapi.json",
    "/api/v1/tokens",
    "/api/v1/validate",
    "/healthz",
    "/readyz",
    "/static/<path:filename>",
}
# The pages of sign-in, help and the like, under one of these.
PUBLIC_FOLDERS = (
    "/connexion",
    "/aide",
    "/mentions",
    "/papier/",
    "/prestataire/",
    "/signature-electronique",
    "/validation",
    "/messages",
    "/accessibilite",
    "/langue",
    "/calendrier/",
    "/taches/<uuid:task_id>/code",
)


@pytest.fixture(name="flask", scope="module")
def flask_application():
    return routes.application()


def view_of(flask, rule):
    """The function behind a route; Flask's own for the static files."""
    return flask.view_functions[rule.endpoint]


def test_every_route_says_who_may_reach_it(flask):
    silent = sorted(
        f"{rule.rule} ({rule.endpoint})"
        for rule in flask.url_map.iter_rules()
        if rule.endpoint != "static" and not hasattr(view_of(flask, rule), "permission")
    )

    assert not silent, tree.listing(silent, "Put @requires(Permission.…) under the route, or @public.")


def test_what_is_public_is_meant_to_be(flask):
    surprising = sorted(
        rule.rule
        for rule in flask.url_map.iter_rules()
        if getattr(view_of(flask, rule), "permission", None) is None
        and rule.rule not in PUBLIC
        and not rule.rule.startswith(PUBLIC_FOLDERS)
    )

    assert not surprising, tree.listing(
        surprising, "Ask for a permission (@requires), or add it to PUBLIC here after a review."
    )


def test_paths_are_kebab_case_and_parameters_typed(flask):
    odd = sorted(
        rule.rule
        for rule in flask.url_map.iter_rules()
        for part in rule.rule.strip("/").split("/")
        if not re.fullmatch(
            r"[a-z0-9.-]*|[a-z-]+\.<any\([a-z, ]+\):format>|(<[a-z]+(\([^)]*\))?:[a-z_]+>)(\.[a-z]+)?", part
        )
    )

    assert not odd, tree.listing(odd, "Write /deux-mots/<uuid:task_id>: small letters, hyphens, a type.")


def test_no_route_is_removed_without_a_thought_for_who_kept_its_link(flask):
    listed = routes.LIST.read_text(encoding="utf-8").splitlines()
    now = routes.lines(flask)

    gone, new = sorted(set(listed) - set(now)), sorted(set(now) - set(listed))

    assert not gone, tree.listing(gone, "Keep these, or redirect from them: mails and bookmarks hold links.")
    assert not new, tree.listing(new, "Add these: python -m tests.architecture.routes writes the list.")


def test_every_template_is_used():
    templates = {
        path.removeprefix("web/templates/") for path in tree.files() if path.startswith("web/templates/")
    }
    words = "\n".join(
        [module.text for module in tree.modules("web")]
        + [tree.text_of(f"web/templates/{template}") or "" for template in templates]
    )
    unused = sorted(template for template in templates if f'"{template}"' not in words)

    assert not unused, tree.listing(unused, "Delete these templates, or render them.")


def test_what_a_template_imports_it_uses():
    problems = [
        f"{path}: {name}"
        for path in tree.files()
        if path.startswith("web/templates/")
        for name in unused_imports(tree.text_of(path) or "")
    ]

    assert not problems, tree.listing(problems, "Take these out of the import.")


def unused_imports(template: str) -> list[str]:
    """The names that a template imports and does not use."""
    imports = re.compile(
        r"{%-?\s*from\s[^%]*?\simport\s+(?P<names>[^%]*?)(?:\s+with(?:out)?\s+context)?\s*-?%}", re.DOTALL
    )
    rest = imports.sub("", template)
    names = [part for found in imports.finditer(template) for part in found["names"].split(",")]
    known_as = [name.split(" as ")[-1].strip() for name in names]
    return [name for name in known_as if not re.search(rf"\b{re.escape(name)}\b", rest)]


def test_templates_carry_no_script_and_no_style():
    forbidden = re.compile(
        r"<script(?![^>]*\bsrc=)[^>]*>\s*\S|\sstyle=\"|\son[a-z]+=\"|href=\"javascript:", re.IGNORECASE
    )
    problems = [
        f"{path}:{number} {line.strip()[:100]}"
        for path in tree.files()
        if path.startswith("web/templates/")
        for number, line in enumerate((tree.text_of(path) or "").splitlines(), start=1)
        if forbidden.search(line)
    ]

    assert not problems, tree.listing(
        problems, "The content security policy refuses it: write it in web/assets/src."
    )
