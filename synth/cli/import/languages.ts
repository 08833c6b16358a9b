/** Where the constructs of a group go in a project of each language, and what they are called there. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { type JsonObject, TruekeelError } from '../../../lib/objects/index.ts';

interface Language {
  /** Where constructs go when nobody says. */
  readonly out: string;
  /** @param out absolute
   * @throws TruekeelError `INVALID_FLAG` where constructs cannot be */
  readonly place: (out: string) => Placed;
}

/** Packages at their place in a project. */
interface Placed {
  /** What jsii calls a package in this language.
   * @param name `cert_manager_io` */
  readonly targetOf: (name: string) => JsonObject;
  /** The directories of a package; the first has its sources. */
  readonly directoriesOf: (name: string) => readonly PackagedDirectory[];
}

export interface PackagedDirectory {
  /** Below the output of jsii-pacmak. */
  readonly from: string;
  readonly to: string;
  /** What stands in each such directory that was made by us. */
  readonly mark: string;
  /** What is not taken over: files of a package that is published. */
  readonly leftOut?: readonly string[];
}

const python: Language = {
  out: 'imports',
  place: (out) => ({
    targetOf: (name) => ({ distName: name, module: name }),
    directoriesOf: (name) => [{ from: `python/src/${name}`, to: join(out, name), mark: '_jsii' }],
  }),
};

/** Maven's "Standard Directory Layout". */
const SOURCES = 'src/main/java';
const RESOURCES = 'src/main/resources';

const java: Language = {
  out: `${SOURCES}/imports`,
  place: (out) => {
    const [project, path] = `${out.replaceAll(sep, '/')}/`.split(`/${SOURCES}/`);
    const prefix = path?.slice(0, -1).replaceAll('/', '.') ?? '';
    if (!/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(prefix)) {
      throw misplaced(
        `${out} is no package of Java`,
        `Name a directory below ${SOURCES} with --out, such as ${SOURCES}/com/example/imports.`,
      );
    }
    return {
      targetOf: (name) => ({ package: `${prefix}.${name}`, maven: { groupId: prefix, artifactId: name } }),
      directoriesOf: (name) =>
        [SOURCES, RESOURCES].map((folder) => ({
          from: `java/${folder}/${path}${name}`,
          to: join(project!, folder, path!, name),
          mark: folder === SOURCES ? '$Module.java' : '$Module.txt',
        })),
    };
  },
};

const go: Language = {
  out: 'imports',
  place: (out) => {
    let root = out;
    while (!existsSync(join(root, 'go.mod'))) {
      if (dirname(root) === root) {
        throw misplaced(
          `${out} is in no module of Go`,
          'Run go mod init first, or name a directory of a module with --out.',
        );
      }
      root = dirname(root);
    }
    const [, module = ''] = /^module\s+"?([^\s"]+)/m.exec(readFileSync(join(root, 'go.mod'), 'utf8')) ?? [];
    const moduleName = [module, ...relative(root, out).split(sep)].filter((part) => part !== '').join('/');
    const packageName = (name: string): string => name.replaceAll('_', '');
    return {
      targetOf: (name) => ({ moduleName, packageName: packageName(name) }),
      directoriesOf: (name) => [
        {
          from: `go/${packageName(name)}`,
          to: join(out, packageName(name)),
          mark: join('jsii', 'jsii.go'),
          // With a go.mod it would be a module of its own.
          leftOut: ['go.mod', 'version'],
        },
      ],
    };
  },
};

export const LANGUAGES = { python, java, go } as const;

export type LanguageName = keyof typeof LANGUAGES;

function misplaced(message: string, hint: string): TruekeelError {
  return new TruekeelError(message, { code: 'INVALID_FLAG', family: 'usage', hint });
}
