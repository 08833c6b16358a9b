/** What brings one diagnostic about, and nothing else. */

export interface Sample {
  /** Of `main.ts`, between its first lines, which make application `web` of environment `staging`, and `app.synth()`. */
  readonly program?: string;
  /** The whole of `main.ts`, where these lines are in the way. */
  readonly main?: string;
  /** Beside the program. */
  readonly files?: Readonly<Record<string, string>>;
  /** Of the command line; `synth --no-typecheck` when absent. */
  readonly args?: readonly string[];
  /** Of the environment of the command line. */
  readonly env?: Readonly<Record<string, string>>;
  /** What has to be beside the files: a commit with them, a repository without one, or no packages. */
  readonly repository?: 'committed' | 'empty' | 'without-packages';
  readonly place: Place;
}

/** Where people are sent: the line of the program in which a text stands, another file, or, where no line is to blame, the words
 * of the message that name the thing. */
export type Place =
  | { readonly line: string }
  | { readonly file: string; readonly at: number }
  | { readonly named: string };

export const HEAD = `import { ApiObject, Lazy } from 'cdk8s';
import { App, Application, ApplicationFile, Environment, Gate, HealthRule, HelmChart, Image, Notification, Policies, Policy, PolicyException, SealedSecret } from 'truekeel';
import { Construct } from 'constructs';
void [ApiObject, ApplicationFile, Construct, Gate, HealthRule, HelmChart, Image, Lazy, Notification, Policies, Policy, PolicyException, SealedSecret];
const app = new App();
const staging = new Environment(app, 'staging', { namespace: 'web' });
const web = new Application(staging, 'web');
new ApiObject(web, 'settings', { apiVersion: 'v1', kind: 'ConfigMap' });
`;

export const END = '\napp.synth();\n';

/** An object of application `web`: a line of a program. */
export function object(apiVersion: string, kind: string, more: string, id = 'x'): string {
  return `new ApiObject(web, '${id}', { apiVersion: '${apiVersion}', kind: '${kind}', ${more} });`;
}
