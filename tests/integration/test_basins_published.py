"""The five basins' folders: each passes the whole check, is published, and runs as its file says."""

from __future__ import annotations

import pytest

from engine import installing
from engine.registry import checks, library, versions


@pytest.mark.parametrize("slug", library.slugs())
def test_each_basin_passes_the_whole_check(slug):
    files = library.basin(slug).apply(library.reference())

    report = checks.check_version(files, installing.known())

    assert (report.verdict, [each for each in report.problems if checks.is_error(each)]) == ("accepted", [])
    assert (report.sound, report.conformant) == (True, True)


def test_the_five_basins_are_published_side_by_side_and_run(database):
    installing.stamp(database, environment="test")
    for slug in library.slugs():
        folder = library.basin(slug)
        files = folder.apply(library.reference())
        with database.start_work() as work:
            basin = installing.add_basin(work, folder)
            today = work.today(installing.PROGRAMME_ZONE)
            in_force = versions.published_in_force(work, basin_id=basin.id, on=today)
            assert in_force is not None
            assert in_force.content_hash == versions.content_hash(files)
            for name in files:
                process = name.removesuffix(".bpmn")
                assert versions.specification(work, version_id=in_force.id, process=process).steps
