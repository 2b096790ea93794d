// What the leak detector of sanitized tests forgives: fontconfig keeps its configuration until the process ends, by
// design.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libfontconfig\n"; }
