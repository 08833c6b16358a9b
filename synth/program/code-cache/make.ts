/** Compiles the packages of a program and keeps their code: `node make.ts PROGRAM PACKAGE…`. */
import { constants, setPriority } from 'node:os';
import { compiledModule } from './compile.ts';
import { codeStore } from './index.ts';
import { commonJsFiles, packageDirectory } from './packages.ts';

const [program = '', ...names] = process.argv.slice(2);
// Others are at work, and wait for what they do.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
const store = codeStore(program);
store?.exclusively(() => {
  const directories = names.flatMap((name) => packageDirectory(name, program) ?? []);
  store.save(
    names,
    [...commonJsFiles(directories)].flatMap(([file, requires]) => compiledModule(file, requires) ?? []),
  );
});
