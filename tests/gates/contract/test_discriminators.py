"""The names by which a discriminator chooses: mapped ones and implied ones, and where each of them leads."""

from __future__ import annotations

import pytest
from sides import run
from test_equivalence import api, ref


def animal(*words, **more):
    """An object with a property for each word, told apart by `k`."""
    properties = {"k": {"type": "string"}, **{word: {"type": "string"} for word in words}}
    return {"type": "object", "required": ["k", *words], "properties": properties, **more}


CAT, DOG = animal("purr"), animal("bark")


def pets(cat="Cat", *, arms=(), version="3.1.0", components=None, **stated):
    """An operation that takes a cat, under a name, or a dog."""
    schema = {"oneOf": [ref(cat), ref("Dog"), *arms], "discriminator": {"propertyName": "k", **stated}}
    return api(None, schema, version=version, components={cat: CAT, "Dog": DOG, **(components or {})})


def told(base, head):
    """The findings, but that a component of a name is gone, which by itself takes nothing from anybody."""
    return [one for one in run(base, head)[0] if one.rule != "contract/schema-removed"]


def at(name):
    return f"#/components/schemas/{name}"


def test_the_name_of_a_component_is_a_name_of_the_discriminator():
    found = told(pets(), pets("Feline"))
    assert {one.rule for one in found} == {"contract/request-discriminator-changed"}
    assert {(one.level.value, one.message.rpartition(": ")[2]) for one in found} == {
        ("warning", "the name `Cat` of the discriminator was removed"),
        ("note", "the name `Feline` of the discriminator is new"),
    }
    [lost] = [one for one in found if one.level == "warning"]
    assert lost.advice.startswith("Map the old name to the schema")
    assert not told(pets(), pets("Feline", mapping={"Cat": at("Feline")}))


def test_a_name_that_leads_elsewhere_than_the_component_of_that_name():
    [found] = run(pets(), pets(mapping={"Cat": "Dog"}))[0]
    assert (found.level, found.message.rpartition(": ")[2]) == (
        "warning", "the name `Cat` of the discriminator leads to `Dog` now"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("base", "head"),
    [
        (pets(mapping={"c": "Cat"}), pets(mapping={"c": at("Cat")})),
        (pets(mapping={"Cat": at("Cat")}), pets()),
        (pets(), pets(mapping={"Cat": at("Cat")})),
        (pets(mapping={"c": at("Cat")}), pets("Feline", mapping={"c": at("Feline")})),
        (pets(mapping={"c": "Cat"}), pets("Feline", mapping={"c": "Feline"})),
        (pets(mapping={"c": "Cat"}), pets("Feline", mapping={"c": "Feline"}, components={"Cat": ref("Feline")})),
        (pets(version="3.2.0", defaultMapping="Dog"), pets(version="3.2.0", defaultMapping=at("Dog"))),
        (pets(version="3.1.0", defaultMapping="Dog"), pets(version="3.1.0", defaultMapping="Cat")),
    ],
    ids=[
        "name as reference",
        "implied again",
        "stated",
        "renamed",
        "renamed, by name",
        "renamed, with an alias",
        "default",
        "no word of 3.1",
    ],
)
def test_other_words_for_the_same_choice_are_no_change(base, head):
    assert told(base, head) == []


def test_a_component_that_is_another_one_and_has_a_kept_name_is_a_change():
    heads = [
        pets("Feline", mapping={"c": at("Feline")}, components={"Feline": animal("hiss")}),
        pets(mapping={"c": at("Dog")}),
        pets("Feline", mapping={"c": at("Feline")}, components={"Cat": CAT}),
    ]
    for head in heads:
        texts = {one.message.rpartition(": ")[2]: one.level for one in run(pets(mapping={"c": at("Cat")}), head)[0]}
        assert texts[next(text for text in texts if text.startswith("the name `c` of the discriminator leads"))] == (
            "warning"
        )


def test_a_name_beside_a_mapped_one_may_hold_and_is_not_called_lost():
    [found] = run(pets(), pets(mapping={"c": at("Cat")}))[0]
    assert (found.level, found.message.rpartition(": ")[2]) == ("note", "the name `c` of the discriminator is new")
    [found] = run(pets(mapping={"c": at("Cat")}), pets())[0]
    assert (found.level, found.message.rpartition(": ")[2]) == (
        "warning", "the name `c` of the discriminator was removed"
    )  # fmt: skip


def test_a_renamed_component_that_takes_the_discriminator_in():
    """Each side's variant takes in the schema with the discriminator, and so the mapping that differs."""

    def side(name):
        pet = animal(discriminator={"propertyName": "k", "mapping": {"cat": at(name)}})
        return api(ref("Pet"), components={"Pet": pet, name: {"allOf": [ref("Pet"), CAT]}})

    assert told(side("Cat"), side("Feline")) == []


@pytest.mark.parametrize(
    ("was", "now", "level", "text"),
    [
        ("Cat", "Dog", "warning", "leads to `Dog` now, and led to `Cat`"),
        ("Cat", None, "warning", "leads to no schema any more, and led to `Cat`"),
        (None, "Dog", "note", "leads to `Dog` now"),
    ],
)
def test_where_a_value_without_a_name_leads(was, now, level, text):
    sides = [pets(version="3.2.0", **({"defaultMapping": name} if name else {})) for name in (was, now)]
    [found] = run(*sides)[0]
    assert (found.rule, found.level) == ("contract/request-discriminator-changed", level)
    assert found.message.endswith(f"a value that the discriminator has no name for {text}")


def test_a_component_that_moved_to_another_file_keeps_its_name():
    schema = "openapi: 3.1.0\ninfo: {title: x, version: '1'}\npaths: {/a: {post: {requestBody: {content: {a/b: "
    union = "{schema: {oneOf: [{$ref: 'REF'}], discriminator: {propertyName: k}}}}}, "
    union += "responses: {'200': {description: x}}}}}\n"
    cat = "{type: object, required: [k], properties: {k: {type: string}}}\n"
    base = {"openapi.yaml": schema + union.replace("REF", at("Cat")) + f"components: {{schemas: {{Cat: {cat}}}}}\n"}
    for reference, files in (("pets.yaml#/Cat", {"pets.yaml": f"Cat: {cat}"}), ("Cat.yaml", {"Cat.yaml": cat})):
        head = {"openapi.yaml": schema + union.replace("REF", reference), **files}
        assert [one.rule for one in run(base, head)[0] if "discriminator" in one.rule] == []
        assert [one.rule for one in run(head, base)[0] if "discriminator" in one.rule] == []
