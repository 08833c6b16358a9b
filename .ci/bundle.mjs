/** Makes few files of what is loaded before a program runs, on either side, of the constructs, which every program loads,
 * and of the command line: a file more takes half a millisecond or more, and there are some two hundred. Where code lies is
 * part of what it does (import.meta.url), so nothing leaves its room. Comes after jsii, which writes the constructs. */
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { rolldown } from 'rolldown';

const program = 'build/synth/program';

await bundle(program, { child: `${program}/child.js` }, /^node:/);
// What starts programs; what it takes from elsewhere stays one of a kind, such as classes of errors.
await bundle(program, { ahead: `${program}/ahead.js`, index: `${program}/index.js` }, /^node:|\/lib\//);
await bundleRoom('build/lib/constructs', 'index');
await bundleRoom('build/lib/objects', 'index');
await bundleRoom('build/lib/render', 'index', 'tree/index');
await bundleRoom('build/lib/kinds', 'index');
await bundleRoom('build/lib/validate', 'index');
await bundleRoom('build/lib/schemas', 'index', 'structural/index');
await bundleRoom('build/lib/expressions', 'index');
await bundleRoom('build/lib/health/expressions', 'index', 'check', 'rules');
await bundleRoom('build/lib/sealed', 'index', 'document/index');
await bundleRoom('build/lib/policy', 'index', 'admission/index');
await bundleRoom('build/lib/git', 'index');
await bundleRoom('build/synth/cli', 'main', 'config-schema');
for (const file of globSync('build/**/*.js')) {
  const code = readFileSync(file, 'utf8');
  const asked = builtinsByName(code);
  if (asked !== code) writeFileSync(file, asked);
}

/** An import of a module of Node's own reads everything that it exports, getters too, and so Node loads what stands behind
 * these: undici behind node:http, streams, promises and readline behind node:fs. Asked for by name, it loads what is used. */
function builtinsByName(code) {
  const imports = /^import (?:(?:\* as )?([\w$]+)(?:, | ))?(?:\{([^{}]+)\} )?from (["'])(node:[\w/]+)\3;$/gm;
  return code.replaceAll(imports, (_line, whole, names, _quote, id) =>
    [whole, names && `{${names.replaceAll(' as ', ': ')}}`]
      .flatMap((target) => (target ? `const ${target} = process.getBuiltinModule('${id}');` : []))
      .join(' '),
  );
}

/** What is behind the doors of a room; other rooms and packages stay what they are, one of a kind. */
async function bundleRoom(directory, ...doors) {
  const room = resolve(directory) + sep;
  const files = globSync(`${directory}/**/*.js`);
  const kept = await bundle(
    directory,
    Object.fromEntries(doors.map((door) => [door, `${directory}/${door}.js`])),
    (id, importer) =>
      importer !== undefined && !(/^[./]/.test(id) && resolve(dirname(importer), id).startsWith(room)),
  );
  for (const file of files) if (!kept.has(file)) rmSync(file);
}

/** @returns the files that were written */
async function bundle(directory, input, external) {
  const made = await rolldown({ input, platform: 'node', external });
  const { output } = await made.write({ dir: directory, format: 'esm', chunkFileNames: '[name].js' });
  return new Set(output.map(({ fileName }) => join(directory, fileName)));
}
