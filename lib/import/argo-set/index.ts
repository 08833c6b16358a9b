/** ApplicationSets of Argo CD: the Applications that their generators make. Argo CD documentation, "Generators". */
import type { JsonObject, JsonValue, KubernetesObject } from '../../objects/index.ts';
import { record } from '../fields.ts';
import { isMap } from '../structural-schema.ts';
import { generatorsOf, kindsOf, parametersOf } from './generators.ts';
import { NotUnderstood } from './not-understood.ts';
import type { ArgoSurroundings } from './surroundings.ts';
import { fill, type Language } from './template.ts';
import { isEmpty, together } from './together.ts';
import { yamlOf } from './yaml.ts';

export { NotUnderstood } from './not-understood.ts';
export type { ArgoCluster, ArgoSurroundings } from './surroundings.ts';

/** The Applications of an ApplicationSet, in the order of its generators.
 * @throws NotUnderstood with a reason for people */
export function expandApplicationSet(
  object: KubernetesObject,
  surroundings: ArgoSurroundings,
): readonly KubernetesObject[] {
  const spec = record(object.spec);
  const options = Array.isArray(spec.goTemplateOptions) ? spec.goTemplateOptions : [];
  const language: Language =
    spec.goTemplate === true ? { refusesMissing: options.includes('missingkey=error') } : undefined;
  const generators = Array.isArray(spec.generators) ? spec.generators : [];
  for (const option of options)
    if (!String(option).startsWith('missingkey='))
      throw new NotUnderstood(`the option ${option} of its goTemplate is not understood`);
  const appliesNestedSelectors = spec.applyNestedSelectors === true;
  return generators.flatMap((one: JsonValue) => {
    const generator = record(one);
    refuseNested(generator, { appliesNestedSelectors });
    const template = templateFor(generator, record(spec.template));
    return parametersOf(generator, surroundings, language).map((parameters) => {
      const filled = record(fill(template, parameters, language));
      const patch = yamlOf(fill(spec.templatePatch ?? '', parameters, language), 'templatePatch');
      const patched = patch === null ? filled : record(mergePatched(filled, patch));
      // A patch cannot give an Application another project.
      const { project } = record(filled.spec);
      const made = {
        ...patched,
        spec: { ...record(patched.spec), ...(project !== undefined && { project }) },
      };
      return {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Application',
        metadata: { ...record(patched.metadata), namespace: object.metadata.namespace },
        spec: made.spec,
      } as unknown as KubernetesObject; // its name is looked at when it is read
    });
  });
}

/** What a generator of its own template does not say, the common one does. */
function templateFor(generator: JsonObject, common: JsonObject): JsonObject {
  const [kind = ''] = kindsOf(generator);
  return together(record(record(generator[kind]).template), common, (own, other) =>
    isEmpty(own) ? other : own,
  );
}

/** Of generators in others: releases of Argo CD differ in what becomes of these. */
function refuseNested(
  generator: JsonObject,
  { appliesNestedSelectors }: { readonly appliesNestedSelectors: boolean },
): void {
  for (const kind of kindsOf(generator)) {
    for (const inner of generatorsOf(record(generator[kind]))) {
      if (inner.selector !== undefined && !appliesNestedSelectors)
        throw new NotUnderstood(`a selector in a ${kind} is not understood without applyNestedSelectors`);
      for (const name of kindsOf(inner))
        if (record(inner[name]).template !== undefined)
          throw new NotUnderstood(`a template in a ${kind} is not understood`);
      refuseNested(inner, { appliesNestedSelectors });
    }
  }
}

/** As a strategic merge patch does it where no list says by what its items are known, as none of an Application does. */
function mergePatched(value: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isMap(patch)) return patch;
  const merged = new Map<string, JsonValue | undefined>(Object.entries(record(value)));
  for (const [name, field] of Object.entries(patch as JsonObject)) {
    if (name.startsWith('$')) throw new NotUnderstood(`${name} in its templatePatch is not understood`);
    if (field === null || field === undefined) merged.delete(name);
    else merged.set(name, mergePatched(merged.get(name), field));
  }
  return Object.fromEntries(merged) as JsonObject;
}
