"""Texts that break careless printers: markup of every kind, control characters, scripts, length."""

HOSTILE = (
    "\\*#strong[x]$ #let a = 1 #panic() `raw` @ref <label> // /* x",
    '"quoted" #sys.inputs.paper {json} \\u0041 \\n %PDF-1.4 endstream',
    "<script>alert(1)</script> &amp; ]]> <w:p/> <!-- x -->",
    "abc\x00\x01\x1b\x7f\x85def\u2028ghi\ud800jkl\ufffe",
    "emoji 😀👨‍👩‍👧 🇨🇳 e\u0301 \u200d\u200b x",
    "rtl مرحبا بالعالم שלום \u202eabc\u2066def",
    "ASCII" + "字" * 5000,
    "x" * 5000,
    "ident 11010519491231002X " * 200,
    "line one\n\n\n\nline two\r\n" * 20,
    "A\u0301" * 40 + "ก็ไทย हिन्दी",
)
