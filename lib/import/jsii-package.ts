/** From definitions to packages as jsii's compiler leaves them behind, one for each group: what jsii-pacmak makes Python, Java
 * and Go of. */
import { canonicalJson, type JsonObject } from '../objects/index.ts';
import { ASSEMBLY_VERSION, assemblyOf, type JsiiDependency } from './assembly.ts';
import { constructGroups } from './construct-group.ts';
import type { Definition } from './definitions.ts';
import { generateGroup } from './generate.ts';
import { packageName } from './names.ts';

export interface JsiiPackage {
  /** `cert_manager_io` */
  readonly name: string;
  readonly group: string;
  /** Names of the constructs. */
  readonly constructs: readonly string[];
  /** `package.json` */
  readonly manifest: string;
  /** `.jsii` */
  readonly assembly: string;
  /** `index.ts`, of which `index.js` is what is left without types. */
  readonly source: string;
}

/** @param targetsOf what a package is called in each language: `{ python: { distName, module } }`
 * @param dependencies what constructs are built on: cdk8s, constructs, truekeel */
export function generateJsiiPackages(
  definitions: readonly Definition[],
  targetsOf: (name: string) => JsonObject,
  dependencies: readonly JsiiDependency[],
): readonly JsiiPackage[] {
  return constructGroups(definitions).map((constructGroup) => {
    const { group, constructs, text } = generateGroup(constructGroup);
    const name = packageName(group);
    const targets = targetsOf(name);
    // In names of types, a dot ends the name of the assembly.
    const assembly = assemblyOf(constructGroup, name.replaceAll('_', '-'), targets, dependencies);
    const { name: npmName, version, author, license, repository, dependencies: needed } = assembly;
    const published = { name: npmName, version, author, license, repository, dependencies: needed! };
    const manifest = { ...published, type: 'module', main: 'index.js', jsii: { outdir: 'dist', targets } };
    return {
      name,
      group,
      constructs,
      manifest: canonicalJson(manifest as JsonObject),
      assembly: canonicalJson(assembly),
      source: `${text}\n${runtimeTypes(constructs, String(npmName))}`,
    };
  });
}

/** What jsii's compiler puts into classes, by which its runtime knows them. */
function runtimeTypes(constructs: readonly string[], assembly: string): string {
  return `for (const type of [${constructs.join(', ')}]) {
  Object.assign(type, {
    [Symbol.for('jsii.rtti')]: { fqn: \`${assembly}.\${type.name}\`, version: '${ASSEMBLY_VERSION}' },
  });
}
`;
}
