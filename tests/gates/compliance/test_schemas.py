"""Schemas and migrations as they are written: SQL, SQLAlchemy, Alembic and Django, of which nothing is run."""

from __future__ import annotations

from pathlib import Path

import pytest

from sluicegate.gates.compliance.items import Asking, Recorded
from sluicegate.gates.compliance.schemas.found import scripts
from sluicegate.gates.compliance.schemas.steps import columns
from sluicegate.gates.compliance.settings import Settings

from .shop import context, gathered, written


def told(root: Path, files: dict[str, str], **settings: str) -> list[str]:
    """The columns of some files, as `TABLE.COLUMN TYPE FILE:LINE`."""
    seen = context(written(root, files), Settings(**settings))
    found = scripts(Asking(context=seen, settings=seen.settings, recorded=Recorded()))
    return [f"{each.table}.{each.name} {each.type} {each.path}:{each.line}" for each in columns(found)]


def lacks(root: Path, files: dict[str, str], kind: str = "fields") -> list[str]:
    """Why some of it is not known."""
    return [
        f"{why.outcome.value} {why.reason}"
        for each in gathered(written(root, files), kind)
        for why in each.lacking
        if "data map" not in why.reason
    ]


DUMP = """\
-- a dump; with a semicolon and an apostrophe's in its comment
CREATE TYPE mood AS ENUM ('a;b');
CREATE TABLE app.users (
    id bigint NOT NULL,
    /* ; */ "e-mail" character varying(20) DEFAULT 'x;y'::character varying,
    tags text[]
);
ALTER TABLE app.users OWNER TO shop;
COPY app.users (id, "e-mail") FROM stdin;
1\t; DROP TABLE app.users; 'unbalanced
\\.
CREATE FUNCTION f() RETURNS void AS $body$ BEGIN; DROP TABLE app.users; END $body$ LANGUAGE plpgsql;
INSERT INTO app.users VALUES (1, 'alter table app.users add column nothing int;');
ALTER TABLE ONLY app.users ADD CONSTRAINT pk PRIMARY KEY (id);
ALTER TABLE ONLY app.users
    ADD COLUMN phone text;
"""


def test_a_dump_is_read_by_its_statements_and_rows_are_none(tmp_path: Path) -> None:
    assert told(tmp_path, {"db/dump.sql": DUMP}) == [
        "app.users.e-mail VARCHAR(20) db/dump.sql:5",
        "app.users.id BIGINT db/dump.sql:4",
        "app.users.phone TEXT db/dump.sql:16",
        "app.users.tags ARRAY<TEXT> db/dump.sql:6",
    ]
    assert lacks(tmp_path, {}) == []


@pytest.mark.parametrize(
    ("dialect", "statement"),
    [
        ("", "CREATE TABLE `t` (`a` INT UNSIGNED AUTO_INCREMENT, KEY `k` (`a`)) ENGINE=InnoDB;"),
        ("mysql", "CREATE TABLE `t` (`a` INT UNSIGNED AUTO_INCREMENT) ENGINE=InnoDB;"),
        ("tsql", "CREATE TABLE [dbo].[t] ([a] NVARCHAR(20));"),
        ("oracle", "CREATE TABLE t (a VARCHAR2(20)) TABLESPACE x PCTFREE 10;"),
        ("sqlite", "CREATE TABLE t (a);"),
        ("mysql", "CREATE TABLE t (b INT); ALTER TABLE t CHANGE b a TEXT;"),
        ("sqlite", "CREATE TABLE IF NOT EXISTS t (a TEXT) WITHOUT ROWID;"),
    ],
)
def test_dialects(tmp_path: Path, dialect: str, statement: str) -> None:
    found = told(tmp_path, {"schema.sql": statement}, dialect=dialect)
    assert [each.split()[0].removeprefix("dbo.") for each in found] == ["t.a"], lacks(tmp_path, {})


def test_migrations_in_sql_follow_one_another_by_number(tmp_path: Path) -> None:
    files = {
        "migrations/2_more.up.sql": "ALTER TABLE users ADD COLUMN email TEXT; ALTER TABLE users RENAME COLUMN a TO b;",
        "migrations/2_more.down.sql": "ALTER TABLE users DROP COLUMN email;",
        "migrations/1_first.up.sql": "CREATE TABLE users (a INT, gone INT); CREATE TABLE old (x INT);",
        "migrations/10_last.sql": "-- migrate:up\nDROP TABLE old;\nALTER TABLE users DROP COLUMN gone;\n"
        "ALTER TABLE users RENAME TO people;\n-- migrate:down\nCREATE TABLE old (x INT);\n",
        "migrations/11_end.sql": "DELETE FROM people;",
    }
    assert told(tmp_path, files) == [
        "people.b INT migrations/2_more.up.sql:1",
        "people.email TEXT migrations/2_more.up.sql:1",
    ]
    (seen,) = gathered(tmp_path, "migrations")
    facts = {each.data["name"]: (each.data["destroys"], each.data["reversible"]) for each in seen.items}
    assert facts == {
        "1_first.up": ([], False),
        "2_more.up": ([], True),
        "10_last": (["drop table old", "drop column users.gone"], True),
        "11_end": (["delete rows people"], False),
    }


ALCHEMY = """
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

raise SystemExit("nobody runs this")

class Base(DeclarativeBase):
    pass

class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    mail = sa.Column("email", EncryptedType(sa.String, key))
    nick: Mapped[str | None]
    orders: Mapped[list["Order"]] = relationship(back_populates="user")
    limit = 3

links = sa.Table("links", Base.metadata, sa.Column("left_id", sa.ForeignKey("users.id")), sa.Column("n", sa.Integer))
"""


def test_models_of_sqlalchemy(tmp_path: Path) -> None:
    assert told(tmp_path, {"app/models.py": ALCHEMY}) == [
        "links.left_id  app/models.py:18",
        "links.n Integer app/models.py:18",
        "users.email EncryptedType app/models.py:13",
        "users.id int app/models.py:12",
        "users.nick str app/models.py:14",
    ]


def alembic(revision: str, after: str, upgrade: str, downgrade: str = "pass") -> str:
    before = f'"{after}"' if after else "None"
    return (
        f'from alembic import op\nimport sqlalchemy as sa\nrevision = "{revision}"\ndown_revision = {before}\n'
        f"def upgrade():\n    {upgrade}\ndef downgrade():\n    {downgrade}\n"
    )


def test_alembic_goes_by_its_own_order_and_not_by_names(tmp_path: Path) -> None:
    files = {
        "db/versions/z.py": alembic("one", "", 'op.create_table("people", sa.Column("dob", sa.Date()))'),
        "db/versions/y.py": alembic("two", "one", 'op.alter_column("people", "dob", new_column_name="born")'),
        "db/versions/a.py": alembic(
            "three", "two", 'with op.batch_alter_table("people") as batch:\n        batch.drop_column("born")\n'
            '        batch.add_column(sa.Column("age", sa.Integer))', "raise NotImplementedError",
        ),
        "db/versions/b.py": alembic("four", "three", 'op.execute("TRUNCATE people")\n    op.drop_table(name)'),
    }  # fmt: skip
    assert told(tmp_path, files) == ["people.age Integer db/versions/a.py:8"]
    (seen,) = gathered(tmp_path, "migrations")
    facts = {each.data["name"]: (each.data["destroys"], each.data["reversible"]) for each in seen.items}
    assert facts["three"] == (["drop column people.born"], False)
    assert facts["four"] == (["delete rows people"], False)
    assert [why.reason for why in seen.lacking] == ["db/versions/b.py:7: the table of drop_table is not written out"]


DJANGO_MODELS = """
from django.db import models

class Person(models.Model):
    full_name = models.CharField(max_length=3)
    doctor = models.ForeignKey("clinic.Doctor", on_delete=models.CASCADE)
    tags = models.ManyToManyField("Tag")
    note = EncryptedTextField(db_column="remark")
    class Meta:
        verbose_name = "x"

class Doctor(models.Model):
    email = models.EmailField()
    class Meta:
        db_table = "doctors"
"""

DJANGO_MIGRATION = """
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Visit",
            fields=[("id", models.AutoField(primary_key=True)), ("reason", models.TextField())],
            options={"db_table": "visits"},
        ),
        migrations.AddField(model_name="visit", name="diagnosis", field=models.TextField()),
        migrations.RenameField("visit", "reason", "why"),
    ]
"""


def test_models_and_migrations_of_django(tmp_path: Path) -> None:
    more = DJANGO_MIGRATION.partition("    operations")[0]
    files = {
        "clinic/models.py": DJANGO_MODELS,
        "clinic/migrations/0001_first.py": DJANGO_MIGRATION,
        "clinic/migrations/0002_code.py": f"{more}    operations = [migrations.RunPython(forwards)]\n",
        "clinic/migrations/0003_sql.py": f"{more}    operations = [migrations.RunSQL('DROP TABLE old', 'SELECT 1')]\n",
        "clinic/migrations/0004_drop.py": f"{more}    operations = [migrations.RemoveField('visit', 'diagnosis'),"
        " migrations.RunSQL('TRUNCATE visits')]\n",
    }
    assert told(tmp_path, files) == [
        "clinic_person.doctor_id ForeignKey clinic/models.py:6",
        "clinic_person.full_name CharField clinic/models.py:5",
        "clinic_person.remark EncryptedTextField clinic/models.py:8",
        "doctors.email EmailField clinic/models.py:13",
        "visits.id AutoField clinic/migrations/0001_first.py:9",
        "visits.why TextField clinic/migrations/0001_first.py:13",
    ]
    (seen,) = gathered(tmp_path, "migrations")
    facts = {each.data["name"]: (bool(each.data["destroys"]), each.data["reversible"]) for each in seen.items}
    assert facts == {
        "0001_first": (False, True),
        "0002_code": (False, False),
        "0003_sql": (True, True),
        "0004_drop": (True, False),
    }


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        (
            "schema.sql",
            "CREATE TABLE users (id int DEFAULT 'bob@acme.com' 'x' y;",
            "errored schema.sql:1: a statement cannot be read: ",
        ),
        (
            "schema.sql",
            "\n\nCREATE TABLE t AS SELECT * FROM u;",
            "inconclusive schema.sql:3: the columns of t are those",
        ),
        (
            "schema.sql",
            "CREATE TABLE t (" + "a int, " * 60_000 + "b int);",
            "errored schema.sql:1: a statement of 420,0",
        ),
        (
            "models.py",
            "from django.db import models\nclass X(:",
            "errored models.py:2: it is no Python that can be read",
        ),
        ("models.py", "import django\nx = " + "(" * 3000, "errored models.py:"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(tmp_path: Path, name: str, content: str, why: str) -> None:
    (reason,) = lacks(tmp_path, {name: content})
    assert "bob" not in reason
    assert reason.startswith(why)


def test_a_file_that_is_named_and_not_there_is_told(tmp_path: Path) -> None:
    (seen,) = gathered(tmp_path, "fields", schemas=["db/gone.sql"])
    assert seen.lacking[0].reason.startswith("db/gone.sql:1: ")
