"""Records what dbt's Jinja environment makes of a few thousand small templates.

Run with a Python that has dbt-core 1.11 installed:  python record_differential.py
Writes ../fixtures/differential.json: a list of {src, out} or {src, err: exception class}.
Everything is deterministic: no clock, no random numbers, no sets of strings.
"""

import datetime
import itertools
import json
import pathlib
import re
import warnings
from decimal import Decimal

import pytz
from dbt_common.clients.jinja import TEXT_FILTERS, DocumentationExtension, MaterializationExtension, TestExtension
from jinja2.sandbox import SandboxedEnvironment

warnings.simplefilter("ignore")

# dbt's environment without its renaming of macros (dbt_macro__x), which hides macros from the template that defines them.
ENV = SandboxedEnvironment(
    extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols", MaterializationExtension, DocumentationExtension, TestExtension]
)
ENV.filters.update(TEXT_FILTERS)
MODULES = {
    "datetime": {n: getattr(datetime, n) for n in ("date", "datetime", "time", "timedelta", "tzinfo", "timezone")},
    "pytz": {n: getattr(pytz, n) for n in pytz.__all__},
    "re": {n: getattr(re, n) for n in re.__all__},
    "itertools": {n: getattr(itertools, n) for n in dir(itertools) if not n.startswith("_")},
}
CONTEXT = {
    "modules": MODULES,
    "dec": Decimal,
    "s": "Hello, World",
    "u": "Größe ß ñ 🎉",
    "n": 42,
    "neg": -7,
    "f": 3.14159,
    "big": 12345678901234567890,
    "xs": [3, 1, 2],
    "words": ["banana", "Apple", "cherry", "apple"],
    "d": {"b": 1, "a": [1, {"c": 2}], "k": None},
    "rows": [
        {"name": "x", "n": 1, "g": "A"},
        {"name": "y", "n": 3, "g": "B"},
        {"name": "z", "n": 2, "g": "A"},
    ],
    "t": (1, "two", 3.0),
    "none": None,
    "html": "<a href='x'>\"q\" & b</a>",
    "long": "The quick brown fox jumps over the lazy dog and runs far-away from the well-known house.",
}


def exprs():
    numbers = ["0", "1", "-1", "7", "-7", "2", "-3", "10", "1.0", "2.5", "-2.5", "0.1", "1e20", "True", "big", "f"]
    for a in numbers:
        for b in numbers:
            for op in ("+", "-", "*", "/", "//", "%"):
                yield f"({a}) {op} ({b})"
    for a in ("2", "-2", "2.0", "0.5", "10", "0"):
        for b in ("0", "1", "3", "-1", "0.5", "30"):
            yield f"({a}) ** ({b})"
    for a in numbers + ["'a'", "'b'", "[1]", "[1, 2]", "(1,)", "none", "{'a': 1}"]:
        for b in ("1", "1.0", "'a'", "[1]", "(1,)", "none", "True"):
            for op in ("==", "!=", "<", ">=", "in", "not in"):
                yield f"{a} {op} {b}"
    values = ["s", "u", "''", "'  x y  '", "n", "neg", "f", "big", "xs", "words", "d", "t", "none", "true", "html", "long",
              "'1.5'", "'0x1f'", "'abc'", "' 12 '", "'1_000'", "-0.0", "1e16", "1e-5", "123456.789", "nope", "[]", "{}",
              "dec('1.50')", "'a\\nb\\n\\nc'", "(1,)", "()", "[none, true, 'x', 1.0]"]
    filters = ["abs", "capitalize", "center(20)", "count", "default('x')", "default('x', true)", "dictsort", "escape", "first",
               "float", "float(1.5)", "forceescape", "format(1, 2)", "indent", "indent(2, true, true)", "int", "int(5)",
               "int(0, 16)", "join", "join('-')", "last", "length", "list", "lower", "max", "min", "pprint", "reverse",
               "reverse|list", "round", "round(2)", "round(1, 'floor')", "round(0, 'ceil')", "round(-1)", "safe", "sort",
               "sort(reverse=true)", "sort(case_sensitive=true)", "string", "striptags", "sum", "title", "tojson", "tojson(2)",
               "trim", "trim('xHd ')", "truncate(10)", "truncate(20, true)", "truncate(12, false, '~', 0)", "unique|list", "upper",
               "urlencode", "wordcount", "wordwrap(20)", "wordwrap(8, false)", "batch(2)|list", "batch(2, 'f')|list",
               "slice(2)|list", "slice(2, 'f')|list", "items|list", "map('string')|list", "select|list", "reject|list",
               "replace('a', 'b')", "replace('o', '0', 1)", "filesizeformat", "filesizeformat(true)", "is_list", "as_bool",
               "as_number", "as_text", "d('z')", "e", "xmlattr", "attr('upper')"]
    for v in values:
        for f in filters:
            yield f"{v}|{f}"
    tests = ["defined", "none", "string", "number", "integer", "float", "boolean", "mapping", "sequence", "iterable", "callable",
             "odd", "even", "divisibleby(3)", "lower", "upper", "true", "false", "undefined", "sameas(none)", "in([1, 42, 'a'])",
             "eq(42)", "ne(42)", "gt(3)", "filter", "test"]
    for v in values:
        for t in tests:
            yield f"{v} is {t}"
    methods = ["capitalize()", "casefold()", "center(21, '*')", "count('l')", "endswith('d')", "endswith(('x', 'd'))", "expandtabs(4)",
               "find('o')", "find('o', 5)", "rfind('o')", "find('zz')", "index('zz')", "isalnum()", "isalpha()", "isdigit()",
               "isidentifier()", "islower()", "isspace()", "istitle()", "isupper()", "ljust(20, '.')", "lower()", "lstrip('H')",
               "partition(', ')", "rpartition('o')", "removeprefix('Hell')", "removesuffix('ld')", "replace('l', 'L', 2)",
               "rjust(20)", "rsplit('o', 1)", "rsplit(none, 1)", "rstrip('dl')", "split()", "split(',')", "split('o', 1)", "split(none, 1)",
               "splitlines()", "splitlines(true)", "startswith('He')", "startswith('l', 2)", "strip()", "swapcase()", "title()", "upper()",
               "zfill(20)", "join(['a', 'b'])", "join([1])", "encode", "format(1)", "nope()", "isnumeric()", "isdecimal()", "isprintable()"]
    for v in ("s", "u", "''", "'  x y  '", "'a\\tb\\nc'", "'-12'", "'abc def ghi'", "'Ab'"):
        for m in methods:
            yield f"{v}.{m}"
    for e in ("s[0]", "s[-1]", "s[1:4]", "s[::-1]", "s[::2]", "s[5:1:-1]", "s[99]", "u[0:6]", "u[-1]", "u|length", "xs[0]", "xs[-1]", "xs[1:]",
              "xs[::-1]", "xs[:-1]", "xs[5]", "xs['a']", "t[1]", "t[1:]", "t[-1:]", "d['b']", "d.b", "d['zz']", "d.zz", "d.a[1].c", "d.a.1.c", "d.items",
              "d.keys()", "d.values()", "d.items()", "d.get('b')", "d.get('q', 5)", "d.get('k', 5)", "d.pop('b')", "d.setdefault('q', 1)", "d.copy()",
              "d.update({'z': 1})", "d|length", "n.real", "n.bit_length()", "f.is_integer()", "s.upper", "xs.append(4)", "xs.index(2)", "xs.index(9)",
              "xs.count(1)", "xs.pop()", "xs.pop(0)", "xs.remove(9)", "xs.sort()", "xs + [4]", "xs * 2", "t + (4,)", "'a' 'b'", "'a' ~ 1 ~ none", "'ab' * 3",
              "[1, 2] == [1.0, 2.0]", "(1, 2) < (1, 3)", "[1, 'a'] < [1, 2]", "1 < 2 < 3", "3 > 2 > 2", "not 1", "1 and 0", "0 or 'x'", "'a' if n else 'b'",
              "'a' if none", "('a' if none)|default('u')", "d is mapping and n", "n in d", "'b' in d", "{1: 'a', '1': 'b'}[1]", "{true: 1}[1]", "{(1, 2): 3}[(1, 2)]",
              "dict(a=1, **{'b': 2})", "dict([('x', 1)])", "range(5)", "range(5)|list", "range(1, 10, 3)|list", "range(5, 0, -2)|list", "range(3)[1]", "range(10)[2:5]",
              "2 in range(3)", "range(200000)", "namespace(a=1).a", "cycler('a', 'b').next()", "s.__class__", "s['__class__']", "s|attr('__class__')", "xs.__len__()",
              "''.__class__.__mro__", "nope.x", "nope()", "nope + 1", "nope|length", "nope == 1", "[nope]", "nope ~ 'x'", "-nope", "'x' + 1", "1 + 'x'", "[] + ()",
              "'%s' % 1", "'%s %s' % (1, 2)", "'%s' % (1, 2)", "'%s %s' % 1", "'%(a)s' % {'a': 5}", "'%d' % 'x'", "'%5.2f|%-5s|%05d' % (f, 'a', 42)",
              "'%x %X %o %e %g %c %r %%' % (255, 255, 8, f, f, 'c', 's')", "'%+d % d' % (5, 5)", "'%.3s' % 'abcdef'", "'%*d' % (5, 42)", "'%i' % 3.9",
              "'{} {}'.format(1, 2)", "'{0} {1} {0}'.format('a', 'b')", "'{a} {b[0]}'.format(a=1, b=[2])", "'{:>10}|{:<10}|{:^10}'.format('a', 'b', 'c')",
              "'{:*^9}'.format('x')", "'{:05d} {:+} {:,}'.format(42, 5, 1234567)", "'{:.2f} {:e} {:g} {:%}'.format(f, f, f, 0.256)", "'{:x} {:#x} {:b} {:o} {:X}'.format(255, 255, 5, 8, 255)",
              "'{:_}'.format(1234567)", "'{!r} {!s}'.format('a', 'b')", "'{{}}'.format()", "'{}'.format()", "'{0} {}'.format(1)", "'{x}'.format()", "'{:{w}}|'.format('a', w=5)",
              "'{0.real}'.format(5)", "'{0.__class__}'.format(5)", "'{:10.3}'.format('abcdef')", "'{:,.2f}'.format(1234567.891)", "'{:08.3f}'.format(-3.14159)", "'{:.0f} {:.0f}'.format(0.5, 1.5)",
              "'{:d}'.format(1.5)", "'{:s}'.format(1)", "'{:5}|{:<5}|{:^5}'.format(1, 2, 3)", "'{:.3}'.format(2.0)", "'{}'.format(1e100)", "'{:g}'.format(1e-7)", "'{:n}'.format(12)", "'{:c}'.format(65)",
              "rows|map(attribute='name')|join(',')", "rows|selectattr('n', 'gt', 1)|map(attribute='name')|list", "rows|rejectattr('g', 'eq', 'A')|list", "rows|sum(attribute='n')",
              "rows|groupby('g')", "rows|groupby('g')|map('first')|list", "rows|sort(attribute='n')|map(attribute='name')|list", "rows|sort(attribute='g,n', reverse=true)|map(attribute='name')|list",
              "rows|unique(attribute='g')|map(attribute='name')|list", "rows|max(attribute='n')", "rows|min(attribute='n')", "rows|map(attribute='q', default='z')|list", "rows|map('length')|list",
              "words|map('upper')|join(' ')", "words|select('in', ['Apple'])|list", "words|map('replace', 'a', 'o')|list", "xs|map('float')|list", "xs|select('odd')|list", "xs|reject('odd')|list",
              "xs|map('nope')|list", "xs|select('nope')|list", "xs|batch(2)", "xs|map('string')", "words|sort", "words|unique", "words|sort|reverse|list", "d|dictsort(by='value')", "{'b': 1, 'A': 2}|dictsort", "{'b': 1, 'A': 2}|dictsort(true)",
              "{'b': 1, 'a': 2}|dictsort(false, 'value')", "'%s'|format('x')", "'a b'|urlencode", "{'a': 'b c', 'd': 1}|urlencode", "'<b>'|escape|upper", "'foo'|nope", "s is nope", "xs is sequence and xs is iterable",
              "dec('1.10') + 1", "dec('1.10') * dec('2.5')", "dec('1') / 3", "dec('1.50') == 1.5", "dec('2') > 1", "[dec('1.50')]", "dec('1E+3')", "dec('0.0000001')", "-dec('1.5')", "dec('7') // 2", "dec('7') % 4", "dec('1.10') ~ ''", "dec('2') ** 3", "dec('1.256')|round(2)", "dec('1.5')|int", "dec('1.5')|float",
              "[1, [2, 3], (4,), {'a': (5, 6)}]", "{'a': 'it\\'s', 'b': \"q\\\"\"}", "['\\n\\t\\\\']", "['é', '\\x00', '\\u200b', '🎉']", "1.0", "100000000000000000000.0", "1e22", "1.5e-7", "0.1 + 0.2", "1/3", "2**0.5", "10**20", "10**-2", "7 // 2.0", "-7 // 2", "-7 % 3", "7 % -3", "-7.5 % 2", "5 % 0", "5 / 0", "1.0 / 0", "0x1f", "0b101", "1_000", "1.5e3", "-2 ** 2", "2 ** 3 ** 2", "1 - 1 ~ 2", "'a' in 'abc'", "1 in 'abc'", "[1] * -1", "'a' * 2.0", "true + true", "none + 1", "{} + {}", "[3, 'a']|sort", "[none, 1]|max", "'abc'|map('upper')|list", "5|join", "5|list", "none|length", "none|list", "d|list", "d|first", "''|first", "[]|max", "xs|first(1)", "s|upper(1)", "s|replace('a')", "s|center", "5|center(5)", "'abc'|last", "t|last", "(xs|map('abs'))|last", "xs|sum(start=10)", "['a']|sum", "[[1], [2]]|sum(start=[])", "-3|abs", "1.5|int", "'1.9'|int", "'x'|int(none)", "'x'|float", "'inf'|float", "'nan'|float", "true|int", "none|int", "xs|int", "'9' * 25|int", "'42'|int(base=8)", "2.5|round", "3.5|round", "2.675|round(2)", "1234.5|round(-2)", "1234|round(-2)", "5|round(1)", "0.5|round", "-0.5|round", "1e300|round(2)", "'a'|round"):
        yield e


def modules():
    dt = "modules.datetime."
    base = dt + "datetime(2024, 2, 29, 13, 5, 9, 123456)"
    day = dt + "date(2024, 2, 29)"
    delta = dt + "timedelta(days=1, hours=2, seconds=3.5)"
    for v in (base, day, delta, dt + "time(1, 2, 3)", dt + "timedelta(-1, 5)", dt + "datetime(2024, 1, 1)", dt + "date(1999, 12, 31)"):
        for a in ("", ".isoformat()", ".year", ".day", ".hour", ".microsecond", ".weekday()", ".isoweekday()", ".isocalendar()", ".toordinal()", ".days", ".seconds", ".total_seconds()",
                  ".replace(day=1)", ".replace(year=2023)", ".date()", ".time()", ".timetuple()|list", ".ctime()", ".tzinfo", ".nope", ".utcoffset()"):
            yield v + a
        yield f"[{v}]"
        yield f"{v} == {v}"
    for code in "aAwdbBmyYHIpMSfzZjUWcxX%GuVeDTFRhnC":
        yield f"({base}).strftime('%{code}')"
        yield f"({day}).strftime('<%{code}>')"
    for code in ("-d", "-m", "_d", "-H", "-I", "-j", "Q", "^a", "^b"):
        yield f"({base}).strftime('%{code}')"
    for e in (f"{base} + {delta}", f"{base} - {delta}", f"{base} - {dt}datetime(2020, 1, 1)", f"{day} + {delta}", f"{day} - {dt}date(2023, 3, 1)", f"{delta} * 2", f"{delta} / 2", f"{delta} // 2", f"-{delta}", f"{delta} + {delta}", f"{delta} / {delta}", f"{delta} > {dt}timedelta(1)",
              f"{base} > {day}", f"{base} < {dt}datetime(2025, 1, 1)", f"{base} + 1", f"{delta} == 1", f"{dt}datetime(2024, 13, 1)", f"{dt}date(2023, 2, 29)", f"{dt}timedelta(weeks=1, minutes=-5)", f"{dt}timedelta(microseconds=1500000)", f"{dt}timedelta(days=1.5)", f"{dt}datetime()",
              f"{dt}datetime.strptime('2024-02-29', '%Y-%m-%d')", f"{dt}datetime.strptime('29/Feb/24 01:02 PM', '%d/%b/%y %I:%M %p')", f"{dt}datetime.strptime('x', '%Y')", f"{dt}datetime.strptime('2024-01-01x', '%Y-%m-%d')", f"{dt}datetime.strptime('2024-02-29T10:11:12.5+0200', '%Y-%m-%dT%H:%M:%S.%f%z')", f"{dt}datetime.strptime('2024 060', '%Y %j')",
              f"{dt}datetime.fromisoformat('2024-02-29')", f"{dt}datetime.fromisoformat('2024-02-29T10:11:12')", f"{dt}datetime.fromisoformat('2024-02-29 10:11:12.123+05:30')", f"{dt}datetime.fromisoformat('2024-02-29T10:11Z')", f"{dt}datetime.fromisoformat('x')", f"{dt}date.fromisoformat('2024-02-29')", f"{dt}date.fromisoformat('20240229')", f"{dt}time.fromisoformat('10:11')",
              f"{dt}datetime.utcfromtimestamp(1700000000)", f"{dt}datetime.fromtimestamp(1700000000.5, modules.pytz.utc)", f"{dt}datetime.combine({day}, {dt}time(1, 2))", f"{dt}date.fromordinal(738000)", f"{dt}datetime.min", f"{dt}datetime.max", f"{dt}date.max", f"{dt}datetime.max + {delta}",
              f"{base}.isoformat(' ')", f"{base}.isoformat('T', 'minutes')", f"{base}.isoformat(timespec='milliseconds')", f"{dt}timezone.utc", f"{base}.replace(tzinfo={dt}timezone.utc)", f"{base}.replace(tzinfo={dt}timezone({dt}timedelta(hours=-5))).isoformat()", f"{base}.replace(tzinfo={dt}timezone.utc).timestamp()", "'{:%Y-%m-%d}'.format(" + base + ")"):
        yield e
    ny = "modules.pytz.timezone('America/New_York')"
    for e in (f"{ny}", f"{ny}.zone", "modules.pytz.utc", "[modules.pytz.utc]", f"{ny}.localize({base})", f"{ny}.localize({dt}datetime(2024, 7, 1, 12))", f"{ny}.localize({dt}datetime(2024, 7, 1, 12)).isoformat()", f"modules.pytz.utc.localize({base}).astimezone({ny})", f"modules.pytz.utc.localize({dt}datetime(2024, 7, 1)).astimezone({ny}).strftime('%Y-%m-%d %H:%M %Z%z')",
              f"{base}.replace(tzinfo={ny})", f"modules.pytz.timezone('Europe/Berlin').localize({dt}datetime(2024, 7, 1)).strftime('%Z %z')", f"modules.pytz.timezone('Europe/Berlin').localize({dt}datetime(2024, 1, 1)).tzname()", f"modules.pytz.timezone('Asia/Kolkata').localize({dt}datetime(2024, 1, 1)).strftime('%Z %z')", f"modules.pytz.timezone('Asia/Tokyo').localize({dt}datetime(2024, 1, 1)).strftime('%Z %z')", "modules.pytz.timezone('Nope/Zone')", f"modules.pytz.FixedOffset(90)",
              f"{ny}.localize({dt}datetime(2024, 7, 1)) - {ny}.localize({dt}datetime(2024, 1, 1))", f"{ny}.localize({dt}datetime(2024, 7, 1)).dst()", f"{ny}.localize({dt}datetime(2024, 11, 3, 1, 30)).strftime('%Z')", f"{ny}.localize({dt}datetime(2024, 11, 3, 1, 30), is_dst=true).strftime('%Z')", f"{ny}.localize({dt}datetime(2024, 3, 10, 2, 30), is_dst=none)", f"{ny}.normalize({ny}.localize({dt}datetime(2024, 3, 9, 12)) + {dt}timedelta(1))", f"modules.pytz.timezone('UTC').localize({base})", f"{base}.astimezone(modules.pytz.utc).tzinfo", f"modules.pytz.utc.localize({base}) > {base}"):
        yield e
    patterns = [r"\\d+", r"(\\w+) (\\w+)", r"(?P<a>\\w)(?P<b>\\d)?", r"^a", r"b$", r"[a-c]+", r"[^\\s,]+", r"a|b", r"(a)(x)?", r"\\bfoo\\b", r"x*", r"(?i)A", r"\\.", r"[\\w.-]+@[\\w.]+", r"(?:ab)+", r"a{2,3}", r"a{,2}", r"(", r"[z-a]", r"(?<=a)b", r"(?=b)", r"\\Aab", r"b\\Z", r"(a)\\1", r"(?P<q>a)(?P=q)", r"[]a]", r"[a\\-z]", r"\\$\\{", r"{", r"é", r"."]
    texts = ["ab12 cd34", "foo bar, foo", "aaab", "A.b@c.d e", "", "x${y} {z}", "aab\\nab", "é a"]
    for p in patterns:
        for t in texts:
            r = f"modules.re."
            yield f"{r}findall('{p}', '{t}')"
            yield f"{r}sub('{p}', '<\\\\g<0>>', '{t}')"
            yield f"{r}split('{p}', '{t}')"
            yield f"{r}search('{p}', '{t}')"
            yield f"{r}match('{p}', '{t}') is none"
            yield f"{r}fullmatch('{p}', '{t}') is none"
    r = "modules.re."
    for e in (f"{r}match('(\\\\w)(\\\\d)?', 'ab').groups()", f"{r}match('(\\\\w)(\\\\d)?', 'ab').groups('-')", f"{r}match('(?P<x>\\\\w)', 'ab').groupdict()", f"{r}match('(?P<x>\\\\w)', 'ab').group('x')", f"{r}match('(?P<x>\\\\w)', 'ab').group(0, 1)", f"{r}match('(?P<x>\\\\w)', 'ab')['x']", f"{r}match('a', 'ab').span()", f"{r}search('b', 'ab').start()", f"{r}search('b', 'ab').end()", f"{r}match('a', 'ab').group(5)",
              f"{r}sub('a', 'b', 'aaa', 2)", f"{r}sub('a', 'b', 'aaa', count=1)", f"{r}sub('A', 'b', 'aaa', flags=modules.re.IGNORECASE)", f"{r}subn('a', 'b', 'aaa')", f"{r}sub('(a)(b)?', '[\\\\1|\\\\2]', 'ab a')", f"{r}split('(,)', 'a,b')", f"{r}split(',', 'a,b,c', 1)", f"{r}split('', 'abc')", f"{r}escape('a.b*c d-e_f')", f"{r}compile('a+')", f"{r}compile('a+', modules.re.I).findall('aAb')", f"{r}compile('a').pattern", f"{r}compile('(a)').groups", f"{r}compile('a').sub('b', 'aa')", f"{r}compile('a').search('ba', 1).start()", f"{r}findall('^a', 'a\\na', modules.re.M)", f"{r}findall('a.b', 'a\\nb', modules.re.S)", f"{r}findall('a b # c', 'ab', modules.re.X)", f"{r}search(1, 'a')", f"{r}search('a', 1)", f"{r}finditer('a', 'aa')|map(attribute='string')|list", f"{r}IGNORECASE is defined", f"{r}sub('x', '\\\\q', 'x')", f"{r}sub('x', '\\\\n', 'x')", f"{r}match('(a)|(b)', 'b').lastindex"):
        yield e
    it = "modules.itertools."
    for e in ("chain([1], 'ab')|list", "chain.from_iterable([[1], [2]])|list", "product([1, 2], 'ab')|list", "product([0, 1], repeat=2)|list", "permutations([1, 2, 3], 2)|list", "combinations('abc', 2)|list", "combinations_with_replacement('ab', 2)|list", "zip_longest([1, 2], 'a', fillvalue='-')|list", "islice([1, 2, 3, 4], 1, 3)|list", "islice([1, 2, 3, 4], 2)|list", "islice(modules.itertools.count(5), 3)|list", "islice(modules.itertools.count(1, 0.5), 3)|list", "islice(modules.itertools.cycle('ab'), 5)|list", "repeat('x', 3)|list", "accumulate([1, 2, 3])|list", "compress('abcd', [1, 0, 1, 0])|list", "starmap(modules.datetime.date, [(2020, 1, 2)])|list", "tee([1, 2])|map('list')|list", "combinations('ab', 3)|list", "islice([1, 2, 3, 4, 5], 0, none, 2)|list"):
        yield it + e


STATEMENTS = [
    "{% for x in xs %}{{ loop.index }}:{{ x }}{% if not loop.last %}, {% endif %}{% endfor %}",
    "{% for x in xs %}{{ loop.first }}{{ loop.last }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.length }}{{ loop.previtem }}{{ loop.nextitem }}|{% endfor %}",
    "{% for x in xs if x > 1 %}{{ loop.index }}/{{ loop.length }} {{ x }};{% else %}none{% endfor %}",
    "{% for x in [] %}a{% else %}empty{% endfor %}",
    "{% for x in nope %}a{% else %}empty{% endfor %}",
    "{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}",
    "{% for k in d %}{{ k }}{% endfor %}",
    "{% for a, (b, c) in [(1, (2, 3))] %}{{ a }}{{ b }}{{ c }}{% endfor %}",
    "{% for a, b in [(1, 2, 3)] %}{{ a }}{% endfor %}",
    "{% for a, b in [1] %}{{ a }}{% endfor %}",
    "{% for x in xs %}{{ loop.cycle('a', 'b') }}{{ loop.changed(x > 1) }}{% endfor %}",
    "{% for x in xs %}{% if x == 1 %}{% continue %}{% endif %}{{ x }}{% endfor %}",
    "{% for x in xs %}{% if x == 1 %}{% break %}{% endif %}{{ x }}{% endfor %}",
    "{% for x in xs %}{% break %}{% else %}E{% endfor %}",
    "{% for x in xs %}{% continue %}{% else %}E{% endfor %}",
    "{% set y = 1 %}{% for x in xs %}{% set y = x %}{{ y }}{% endfor %}{{ y }}",
    "{% for x in xs %}{{ y }}{% set y = x %}{% endfor %}",
    "{% set ns = namespace(t=0) %}{% for x in xs %}{% set ns.t = ns.t + x %}{% endfor %}{{ ns.t }}{{ ns }}",
    "{% set ns = 1 %}{% set ns.x = 2 %}",
    "{% if nope %}a{% elif none %}b{% else %}c{% endif %}",
    "{% if xs and d %}{% set z = 5 %}{% endif %}{{ z }}",
    "{% if false %}{% set z = 5 %}{% endif %}[{{ z }}]",
    "{% set a, b = 1, 2 %}{{ a }}{{ b }}",
    "{% set a = 1, %}{{ a }}",
    "{% set q %}x{{ n }}{% endset %}{{ q|upper }}",
    "{% set q | upper | trim %}  x{{ n }} {% endset %}[{{ q }}]",
    "{% with a = 1, b = n %}{{ a + b }}{% endwith %}{{ a }}",
    "{% with a = 1 %}{% with a = 2, b = a %}{{ a }}{{ b }}{% endwith %}{% endwith %}",
    "{% filter upper %}a{{ s }}{% endfilter %}",
    "{% filter replace('a', 'b')|upper %}banana{% endfilter %}",
    "{% macro m(a, b=2, c=a) %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ m(1) }}|{{ m(1, c=5) }}|{{ m() }}",
    "{% macro m(a) %}{{ a }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, x=3) }}",
    "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}",
    "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(b=2) }}",
    "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, a=2) }}",
    "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}x{% endcall %}",
    "{% macro m() %}[{{ caller(1, 2) }}]{% endmacro %}{% call(a, b=3) m() %}{{ a }}{{ b }}{% endcall %}",
    "{% macro m() %}x{% endmacro %}{% call m() %}y{% endcall %}",
    "{% macro m() %}{{ caller is defined }}{{ caller }}{% endmacro %}{{ m() }}",
    "{% macro f(n) %}{{ n }}{% if n > 0 %},{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(3) }}",
    "{% macro m() %}{{ q }}{% endmacro %}{% set q = 5 %}{{ m() }}",
    "{% set q = 5 %}{% macro m() %}{{ q }}{% set q = 6 %}{{ q }}{% endmacro %}{{ m() }}{{ q }}",
    "{% macro m() %}{% set x = 1 %}{% endmacro %}{{ m() }}[{{ x }}]",
    "{% macro m(x) %}{{ x.name }}{% endmacro %}{{ m({'name': 1}) }}{{ m.name }}{{ m.arguments }}{{ m.catch_kwargs }}",
    "{% for r in [{'c': [{'c': []}]}] recursive %}<{{ loop.depth }}{{ loop(r.c) }}>{% endfor %}",
    "{% for x in xs %}{% for y in xs %}{{ loop.index }}{{ loop.depth }}{% endfor %}{{ loop.index }} {% endfor %}",
    "{% do xs.append(4) %}{{ xs }}{{ xs.append(5) }}",
    "{% do d.update({'q': 1}) %}{{ d }}",
    "{% raw %}{{ x }}{% endraw %}",
    "a {#- c -#} b {%- if true -%} c {%- endif -%} d",
    "  {% if true %}\n  x\n  {% endif %}\n",
    "{{- 'a' -}}   b   {{- 'c' }}\n\n",
    "{% print 1, 2 %}",
    "{% block b %}x{{ n }}{% endblock %}{{ self.b() }}",
    "{% set x = 1 %}{% block b %}{{ x }}{% endblock %}",
    "{% for i in [1] %}{% block b scoped %}{{ i }}{% endblock %}{% endfor %}",
    "{% for i in [1] %}{% block b %}{{ i }}{% endblock %}{% endfor %}",
    "{{ {'a': 1}.a }}{{ {'a': {'b': 2}}['a'].b }}",
    "{% include 'x' %}",
    "{% set x = xs|map('string') %}{{ x|list }}{{ x|list }}",
    "{% if x is defined %}{{ x }}{% endif %}{% set x = 2 %}{{ x }}",
    "{% for x in xs %}{% set ns2 = x %}{% endfor %}{{ ns2 is defined }}",
    "{% for i in range(3) %}{% if loop.index0 is divisibleby 2 %}{{ i }}{% endif %}{% endfor %}",
    "{% for x in xs %}{% if loop.changed(x) %}{{ x }}{% endif %}{% endfor %}",
    "{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.current }}{{ c.reset() }}{{ c.current }}",
    "{% set j = joiner('; ') %}{% for x in xs %}{{ j() }}{{ x }}{% endfor %}",
    "{% for x in 'abc' %}{{ x }}-{% endfor %}",
    "{% for x in 5 %}{% endfor %}",
    "{% for x in none %}{% endfor %}",
    "{% for x in xs %}{{ loop }}{% endfor %}",
    "{{ loop is defined }}",
    "{% for loop in xs %}{% endfor %}",
    "{% set 1 = 2 %}", "{% set a.b.c = 2 %}", "{{ 1 + }}", "{{ (1 }}", "{{ [1, }}", "{% if %}{% endif %}", "{% for in x %}{% endfor %}", "{{ a b }}", "{% endif %}", "{% if true %}", "{% foo %}", "{{ 'a }}", "{# x", "{% raw %}", "{{ x|}}", "{{ x is }}", "{% macro %}{% endmacro %}", "{{ f(a=1, 2) }}", "{{ f(*a, *b) }}", "{{ f(**a, b=1) }}", "{{ {1} }}", "{{ x.1.2 }}", "{{ x. }}", "{% set x = %}", "{% else %}", "{% for a in b %}{% endif %}{% endfor %}", "{{ }}", "{%%}", "{{ a ? b }}", "{{ not }}", "{% break %}", "{% call x %}{% endcall %}", "{% macro m(a=1, b) %}{% endmacro %}", "{{ x is not defined not }}", "}} %}", "{{ '}}' }}", "{{ {'a': {'b': 1}} }}",
    "{{ x if y }}", "{{ 'a' if false else 'b' if false else 'c' }}", "{{ 1 if true else 2 }}",
    "{{ [1, 2, 3,] }}{{ (1, 2,) }}{{ {'a': 1,} }}",
    "{{ xs|join(', ') ~ '!' }}", "{{ -1|abs }}", "{{ -n|abs }}", "{{ 2 * -n }}", "{{ not none and true }}", "{{ 1 if 0 or 2 }}", "{{ 'x' is string and 'y' }}", "{{ n is number is boolean }}",
    "{{ 'a' 'b' ~ 'c' }}", "{{ 'tab\\tnew\\nline' }}", "{{ '\\x41\\u00e9\\101' }}", "{{ \"it's\" }}", "{{ 'q\"q' }}",
    "{% set x = {'a': 1} %}{% for k, v in x|dictsort %}{{ k }}{{ v }}{% endfor %}",
    "{% macro a() %}{% macro b() %}in{% endmacro %}{{ b() }}{% endmacro %}{{ a() }}",
    "{% set f = 'x'.upper %}{{ f() }}", "{% set g = xs.append %}{{ g(1) }}{{ xs }}",
    "{% materialization foo, adapter='x' %}a{% endmaterialization %}b", "{% test foo(m) %}a{% endtest %}{{ dbt_macro__test_foo is defined }}", "{% docs foo %}a{% enddocs %}b",
]


def record(src):
    context = json.loads(json.dumps({k: v for k, v in CONTEXT.items() if k not in ("modules", "dec", "t")}))
    context.update(modules=MODULES, dec=Decimal, t=(1, "two", 3.0))
    try:
        out = ENV.from_string(src).render(context)
    except RecursionError:
        return None
    except Exception as error:  # noqa: BLE001
        return {"src": src, "err": type(error).__name__}
    return None if re.search(r"0x[0-9a-f]{6,}", out) else {"src": src, "out": out}


def main():
    sources = ["{{ %s }}" % e for e in exprs()] + ["{{ %s }}" % e for e in modules()] + STATEMENTS
    cases = [case for case in (record(src) for src in dict.fromkeys(sources)) if case is not None]
    path = pathlib.Path(__file__).parent.parent / "fixtures" / "differential.json"
    path.write_text("[\n" + ",\n".join(json.dumps(case, ensure_ascii=True) for case in cases) + "\n]\n", encoding="utf-8")
    print(len(cases), "cases")


main()
