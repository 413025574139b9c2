/* A shared library, but no model. */

int emblem_test_no_model(void) { return 0; }
