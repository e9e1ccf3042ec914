/* What report.html carries with it, as bytes: see report_html.cpp. */
    .section .rodata
.macro embed name, file
    .global cleave_report_\name
    .global cleave_report_\name\()_end
cleave_report_\name:
    .incbin "\file"
cleave_report_\name\()_end:
.endm
    embed style, "report.css"
    embed script, "report.js"
    embed chart, "chart.min.js"
    .section .note.GNU-stack, "", @progbits
