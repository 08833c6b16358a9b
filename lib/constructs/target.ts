/** What constructs learn of others that they point at: of the API object in it, so that it may come from any library. It
 * is read when it is rendered, as programs go on changing their objects until then. */
import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';

/** The parts of API objects that are looked at; what a program made may have anything there. */
export interface TargetObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly name?: string; readonly labels?: TextMap };
  readonly spec?: {
    readonly replicas?: number;
    readonly selector?: unknown;
    readonly ports?: readonly { readonly name?: string; readonly port?: number }[];
  };
}

/** Labels, and what else maps text to text. */
type TextMap = { readonly [name: string]: string };

/** What was looked for, or why it is not there. */
export type Found<T> =
  | { readonly found: T; readonly problem?: undefined }
  | { readonly found?: undefined; readonly problem: string };

/** The one API object of a construct: itself, or what libraries name `Default` or `Resource` in it. */
export function apiObjectOf(construct: IConstruct): Found<ApiObject> {
  for (let at: IConstruct | undefined = construct; at; at = at.node.defaultChild) {
    // What isApiObject says yes to is one, or stands for one made by another copy of cdk8s.
    if (ApiObject.isApiObject(at)) return { found: at as ApiObject };
  }
  return { problem: `${construct.node.path} is no API object, and has none as its default child` };
}

/** The API object of a construct as it is rendered. */
export function targetObject(construct: IConstruct): Found<TargetObject> {
  const object = apiObjectOf(construct);
  if (object.problem !== undefined) return object;
  try {
    return { found: object.found.toJson() as TargetObject };
  } catch {
    // It cannot be rendered: that is said of the object itself.
    return { problem: `${construct.node.path} cannot be rendered` };
  }
}

/** A label selector, as Kubernetes writes it. */
export interface LabelSelector {
  readonly matchLabels?: TextMap;
  readonly matchExpressions?: readonly object[];
}

/** The pods of a workload, by its selector. */
export function podSelectorOf(construct: IConstruct): Found<LabelSelector> {
  const target = targetObject(construct);
  return target.problem === undefined ? podSelectorIn(target.found, construct) : target;
}

/** As {@link podSelectorOf}, of an object that was rendered already. */
export function podSelectorIn({ kind, spec }: TargetObject, construct: IConstruct): Found<LabelSelector> {
  const selector = spec?.selector as LabelSelector | undefined;
  if (selector?.matchLabels || selector?.matchExpressions) return { found: selector };
  return { problem: `${construct.node.path} (${kind}) has no selector of pods` };
}

/** The name of a construct's object of one kind.
 * @param kind the kind that it must have */
export function nameOf(construct: IConstruct, kind: string): Found<string> {
  const object = apiObjectOf(construct);
  if (object.problem !== undefined) return object;
  if (object.found.kind !== kind) {
    return { problem: `${construct.node.path} is a ${object.found.kind}, and not a ${kind}` };
  }
  return { found: object.found.name };
}

/** The number of a service's only port. */
export function onlyPortOf(service: IConstruct): Found<number> {
  const target = targetObject(service);
  if (target.problem !== undefined) return target;
  const ports = target.found.spec?.ports ?? [];
  const [only, second] = ports;
  if (only?.port === undefined) return { problem: `${service.node.path} has no port` };
  if (second) return { problem: `${service.node.path} has ${ports.length} ports: say which` };
  return { found: only.port };
}

/** Has problems reported when the program is rendered, all of them at once.
 * @param check gives sentences without a full stop */
export function addCheck(construct: IConstruct, check: () => readonly (string | undefined)[]): void {
  construct.node.addValidation({ validate: () => check().filter((problem) => problem !== undefined) });
}
