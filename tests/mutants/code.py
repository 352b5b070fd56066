"""Mutants of Python: the operators are mutmut's, and a few more that its list lacks.

mutmut's own run copies each function beside itself and so cannot change what has a decorator or stands in a table of a
module, which is where the rules of the regulation stand. Here each mutant is a whole file.
"""

import libcst as cst
from libcst import matchers as m
from libcst.metadata import MetadataWrapper, ParentNodeProvider, PositionProvider
from mutmut.mutation.mutators import mutation_operators, operator_arg_removal, operator_string

from tests.mutants.mutant import Mutant

NEGATED = {
    cst.LessThan: cst.GreaterThanEqual,
    cst.LessThanEqual: cst.GreaterThan,
    cst.GreaterThan: cst.LessThanEqual,
    cst.GreaterThanEqual: cst.LessThan,
}
SWAPPED = {"max": ("min", "sum"), "min": ("max",), "any": ("all",), "all": ("any",), "sum": ("max",)}
SAID = m.Arg(keyword=m.Name("encoding") | m.Name("help"))  # UTF-8 is what is taken anyway; help is read by people
TOLD = m.Raise() | m.Call(func=m.Attribute(attr=m.Name("wrong") | m.Name("fail")))  # words about an error


def fewer(node):
    """A number one less."""
    if isinstance(node, cst.Integer):
        less = node.evaluated_value - 1
        yield cst.Integer(str(less)) if less >= 0 else cst.UnaryOperation(cst.Minus(), cst.Integer(str(-less)))


def negated(node):
    """A comparison the other way round."""
    if type(node.operator) in NEGATED:
        yield node.with_changes(operator=NEGATED[type(node.operator)]())


def the_other_branch(node):
    """A branch taken when it should not be."""
    yield node.with_changes(test=_not(node.test))


def unfiltered(node):
    """A comprehension that lets everything through."""
    for place in range(len(node.ifs)):
        yield node.with_changes(ifs=[*node.ifs[:place], *node.ifs[place + 1 :]])


def one_operand(node):
    """`a and b` as `a` and as `b`."""
    yield _bracketed(node.left)
    yield _bracketed(node.right)


def swapped(node):
    """max as min or sum, any as all."""
    if isinstance(node.func, cst.Name):
        for name in SWAPPED.get(node.func.value, ()):
            yield node.with_changes(func=cst.Name(name))


def without_one(node):
    """A tuple, list, set or dict that lacks one of its rows."""
    for place in range(len(node.elements)):
        rest = [one.with_changes(comma=cst.Comma()) for at, one in enumerate(node.elements) if at != place]
        if rest or isinstance(node, cst.List | cst.Dict):
            yield node.with_changes(elements=rest)


def nothing_given(node):
    """A function that gives nothing."""
    if node.value is not None and not m.matches(node.value, m.Name("None")):
        yield node.with_changes(value=cst.Name("None"))


def nothing_done(node):
    """A call or an error left out."""
    if m.matches(node, m.Expr(value=m.Call() | m.Yield()) | m.Raise()):
        yield cst.Pass()


def by_default(node):
    """A call without one of the arguments it names."""
    for place, argument in enumerate(node.args):
        if argument.keyword is not None and not m.matches(argument, SAID):
            yield node.with_changes(args=[*node.args[:place], *node.args[place + 1 :]])


# Left out: each argument as None or missing is half of all there is, and next to all of it a TypeError at once; and a
# text in capitals says no more than a text with XX around it, which stands below.
LEFT_OUT = (operator_arg_removal, operator_string)
OPERATORS = [
    *((kind, operator) for kind, operator in mutation_operators if operator not in LEFT_OUT),
    (cst.Integer, fewer),
    (cst.ComparisonTarget, negated),
    (cst.If, the_other_branch),
    (cst.While, the_other_branch),
    (cst.CompFor, unfiltered),
    (cst.BooleanOperation, one_operand),
    (cst.Call, swapped),
    (cst.Call, by_default),
    (cst.Tuple | cst.List | cst.Set | cst.Dict, without_one),
    (cst.Return, nothing_given),
    (cst.Expr | cst.Raise, nothing_done),
]


def mutants(file, text):
    """Yield the mutants of a file, no two of them the same.

    Args:
        file: its path below the root of the project.
        text: what stands in it.
    """
    looking = _Looking()
    wrapper = MetadataWrapper(cst.parse_module(text))
    wrapper.visit(looking)
    seen = {text}
    for line, node, changed in looking.found:
        there = wrapper.module.deep_replace(node, changed).code
        if there not in seen and _compiles(there):
            seen.add(there)
            yield Mutant(file, line, f"{_short(node)} → {_short(changed)}", there)


class _Looking(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (ParentNodeProvider, PositionProvider)

    def __init__(self):
        super().__init__()
        self.found = []

    def on_visit(self, node):
        if self._left_out(node):
            return False
        line = self.get_metadata(PositionProvider, node, None)
        for kind, operator in OPERATORS:
            if isinstance(node, kind):
                self.found += [(line.start.line, node, changed) for changed in operator(node)]
        if isinstance(node, cst.SimpleString) and self._computed_with(node):
            value = f"{node.quote}XX{node.raw_value}{node.quote}"
            self.found.append((line.start.line, node, node.with_changes(value=value)))
        return True

    def _left_out(self, node):
        """Types, imports, decorators and docstrings say nothing that runs; a type has no values at run time."""
        if isinstance(node, cst.Annotation | cst.Import | cst.ImportFrom | cst.Decorator):
            return True
        return m.matches(
            node,
            m.Expr(value=m.SimpleString())  # a docstring
            | m.Assign(value=m.Subscript() | m.BinaryOperation(operator=m.BitOr()))  # the name of a type
            | m.Assign(value=m.Call(func=m.Name("TypeVar")))
            | SAID,
        )

    def _computed_with(self, node):
        """Words for people, Chinese or about an error, are not what is computed with."""
        if not node.value.isascii() or node.quote.startswith(('"""', "'''")):
            return False
        while (node := self.get_metadata(ParentNodeProvider, node, None)) is not None:
            if m.matches(node, TOLD):
                return False
        return True


def _not(node):
    return cst.UnaryOperation(cst.Not(), _bracketed(node))


def _bracketed(node):
    return node if node.lpar else node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def _compiles(text):
    try:
        compile(text, "mutant", "exec")
    except SyntaxError:
        return False
    return True


def _short(node):
    text = " ".join(cst.Module([]).code_for_node(node).split())
    return text if len(text) <= 60 else text[:57] + "…"
