/* failing_answers.cpp as it was built, as bytes: see bad_release.cpp. */
    .section .rodata
    .global cleave_failing_answers
    .global cleave_failing_answers_end
cleave_failing_answers:
    .incbin "failing_answers.so"
cleave_failing_answers_end:
    .section .note.GNU-stack, "", @progbits
