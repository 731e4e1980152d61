"""HTML to text: what a reader sees, and no input that takes long."""

import pytest

from streams.markup.html import text_of

MEBIBYTE = 1_048_576


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("plain", "plain"),
        ("<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
        ("<p>One.\n<p>Two.", "One.\n\nTwo."),
        ("<div>One.</div>\n\n<div> Two. </div>", "One.\n\nTwo."),
        ("one<br>two<br/>three<BR />four", "one\ntwo\nthree\nfour"),
        ("<p>Hello <b>wor</b>ld, <a href='x'>again</a>.</p>", "Hello world, again."),
        ("a  \n\t b\r\nc", "a b c"),
        ("<h1>Head</h1>body", "Head\n\nbody"),
        ("<ul><li>one<li>two</ul>end", "one\n\ntwo\n\nend"),
        (
            "<table><tr><td>Nikkei</td> <td>50,367.38</td></tr>\n<tr><th>Topix</th><td></td><td>3,325</td></table>",
            "Nikkei\t50,367.38\nTopix\t3,325",
        ),
        ("<pre>one\n  two\r\n\r\nthree</pre> four\nfive", "one\ntwo\n\nthree\n\nfour five"),
        ("<PRE class='x\n'>one\ntwo</PRE>", "one\ntwo"),
        ("<block><hl2>Head</hl2><p>NITF</p></block>", "Head\n\nNITF"),
    ],
)
def test_blocks_become_paragraphs_and_white_space_collapses(html: str, text: str) -> None:
    """Paragraphs by blank lines, line breaks and rows by line ends, cells by tabs, all else one space."""
    assert text_of(html) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("&lt;b&gt; &amp;amp; AT&amp;T", "<b> &amp; AT&T"),
        ("&euro;1&nbsp;bn &#8364; &#x20AC; &#X20ac;", "€1\xa0bn € € €"),
        ("AT&T; R&D &copy &bogus; &; &#; &#x;", "AT&T; R&D &copy &bogus; &; &#; &#x;"),
        ("&#xD800; &#1114112; &#0; &#9999999999;", "&#xD800; &#1114112; &#0; &#9999999999;"),
        ("&lt;p&gt;not a tag&lt;/p&gt;", "<p>not a tag</p>"),
        ("&NotEqualTilde;", "≂̸"),
        ("&#10;&#x1F600;", "\n\U0001f600"),
    ],
)
def test_character_references_are_resolved_once(html: str, text: str) -> None:
    """By name or number, with a semicolon; what refers to no character stays as it is, and never becomes markup."""
    assert text_of(html) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a<!-- <p>hidden</p> -->b", "ab"),
        ("a<!-->b<!--->c<!-- - -- -->d<!------>e", "abcde"),
        ("a<!-- open", "a"),
        ("<!DOCTYPE html><?xml version='1.0'?>a<![CDATA[b]]>c", "ac"),
        ("<title>T</title><style>p > a {}</style><SCRIPT>if (a<b) '</p>'</Script>text", "text"),
        ("<script>open", ""),
        ("<scripted>text</scripted>", "text"),
        ("<p title='a > b' x=\"<i>\">text</p>", "text"),
        ('<p width=5">kept "quoted" text</p>', 'kept "quoted" text'),
        ("a < b and c > d <3 <- <>", "a < b and c > d <3 <- <>"),
        ("a<b", "a"),
        ("a</b", "a"),
        ("a</>b</ c>d", "abd"),
        ("one<x:y z>two", "onetwo"),
    ],
)
def test_markup_leaves_nothing_but_its_text(html: str, text: str) -> None:
    """Comments, scripts, styles, declarations and unfinished tags are cut as browsers cut them."""
    assert text_of(html) == text


def test_text_without_markup_keeps_its_characters() -> None:
    """Controls, ideographic and no-break spaces and surrogate pairs are text like any other."""
    text = "日経\u3000平均\xa0\U0001f600\x00\x07\u200b"

    assert text_of(text) == text


@pytest.mark.parametrize(
    "unit",
    [
        *("<a ", "<a '\"", "<a b=", "<a b=\"'\"='", "<!--", "<!-- -", "<!", "<?", "</", "<![CDATA[", "<", "<p"),
        *("<p>", "<td>", "<br>", "<pre>", "<pre\n", "<script>", "<script></script>", "<title", "<x y=''"),
        *("&", "&#", "&am", "&amp;", "&nGt;", "\n", " ", "\t", "a \n", "--", "-->", "= '"),
    ],
)
@pytest.mark.parametrize("start", ["", "<!--", "<a ", "<script>", "<pre>", "<a b='"])
def test_a_mebibyte_of_any_markup_is_read(start: str, unit: str) -> None:
    """Bombs for backtracking and rescanning: with quadratic time one of these would outlast the test's time limit."""
    html = (start + unit * MEBIBYTE)[:MEBIBYTE]

    assert len(text_of(html)) <= MEBIBYTE
