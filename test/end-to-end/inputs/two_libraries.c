/* two_libraries READS SEES: two shared libraries in one process, where all that
   they export is for everyone; each calls its own functions, and neither the
   other's nor the program's. emblem.h comes with either's header. */

#include "reads.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

/* emblem_output calls it. */
EMBLEM_API size_t emblem_output_count(const EmblemModel *model) {
  (void)model;
  abort();
}

typedef struct Library {
  EmblemStatus (*open)(const struct EmblemModelTable *, const EmblemOptions *,
                       EmblemModel **);
  EmblemStatus (*output)(const EmblemModel *, size_t, EmblemOutputInfo *);
  EmblemStatus (*info)(const EmblemModel *, EmblemModelInfo *);
  void (*free)(EmblemModel *);
  const char *(*last_error)(void);
  const struct EmblemModelTable *table;
} Library;

static void *find(void *handle, const char *name) {
  void *found = dlsym(handle, name);
  if (!found) {
    printf("%s\n", dlerror());
    exit(1);
  }
  return found;
}

static Library load(const char *path) {
  Library library;
  void *handle = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
  if (!handle) {
    printf("%s\n", dlerror());
    exit(1);
  }
  *(void **)&library.open = find(handle, "emblem_open");
  *(void **)&library.output = find(handle, "emblem_output");
  *(void **)&library.info = find(handle, "emblem_info");
  *(void **)&library.free = find(handle, "emblem_free");
  *(void **)&library.last_error = find(handle, "emblem_last_error");
  library.table = find(handle, "emblem_model_table");
  return library;
}

static void use(const Library *library) {
  EmblemModel *model;
  EmblemModelInfo info;
  EmblemOutputInfo output;
  if (library->open(library->table, NULL, &model) != EMBLEM_OK ||
      library->info(model, &info) != EMBLEM_OK ||
      library->output(model, 0, &output) != EMBLEM_OK) {
    printf("%s\n", library->last_error());
    exit(1);
  }
  printf("%s: %d\n", info.name, (int)output.width);
  library->free(model);
}

int main(int count, char **arguments) {
  Library libraries[2];
  if (count != 3)
    return 2;
  libraries[0] = load(arguments[1]);
  libraries[1] = load(arguments[2]);
  libraries[0].open(NULL, NULL, NULL);
  printf("'%s' and '%s'\n", libraries[0].last_error(),
         libraries[1].last_error());
  use(&libraries[0]);
  use(&libraries[1]);
  return 0;
}
