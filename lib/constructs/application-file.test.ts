import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { renderTree } from '../render/index.ts';
import { App, Application, ApplicationFile, type ApplicationFileProps, Environment } from './index.ts';

/** A module of JavaScript, which names what it needs. */
function moduleOf(text: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'truekeel-application-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, 'web.mjs');
  writeFileSync(file, text);
  return pathToFileURL(file).href;
}

const CDK8S = import.meta.resolve('cdk8s');
const CONFIG = `
import cdk8s from ${JSON.stringify(CDK8S)};
let count = 0;
export default (web, values) => {
  count += 1;
  new cdk8s.ApiObject(web, 'settings', { apiVersion: 'v1', kind: 'ConfigMap', data: { count: String(count), ...values } });
};
`;

function rendered(props: ApplicationFileProps, make?: (environment: Environment) => void) {
  const app = new App();
  const environment = new Environment(app, 'staging', { namespace: 'shop' });
  const application = new ApplicationFile(environment, 'web', props);
  make?.(environment);
  return { application, environments: renderTree(app) };
}

describe('ApplicationFile', () => {
  it('renders what its module makes, with what an Application is given', () => {
    const props = { namespace: 'web', createNamespace: true, labels: { team: 'a' }, owners: ['a'] };
    const { environments } = rendered({ ...props, file: moduleOf(CONFIG), values: { greeting: 'hello' } });
    expect(environments[0]?.applications[0]).toMatchObject({
      name: 'web',
      owners: ['a'],
      objects: [
        { path: 'web/_cluster/Namespace/web.yaml', object: { metadata: { labels: { team: 'a' } } } },
        {
          constructPath: 'staging/web/settings',
          object: {
            metadata: { name: 'settings', namespace: 'web', labels: { team: 'a' } },
            data: { count: '1', greeting: 'hello' },
          },
        },
      ],
    });
  });

  it('has a copy of its module that no other application has', () => {
    const file = moduleOf(CONFIG);
    const { environments } = rendered({ file }, (environment) => {
      new ApplicationFile(environment, 'api', { file, namespace: 'api' });
    });
    const counts = environments[0]?.applications.map(({ objects }) => objects[0]?.object.data.count);
    expect(counts).toEqual(['1', '1']);
  });

  it('waits for others, and others for it', () => {
    const file = moduleOf(CONFIG);
    const { environments } = rendered({ file }, (environment) => {
      const web = environment.node.findChild('web');
      const api = new Application(environment, 'api');
      web.node.addDependency(api);
      new Application(environment, 'jobs').node.addDependency(web);
    });
    expect(environments[0]?.applications.map(({ name, dependsOn }) => [name, dependsOn])).toEqual([
      ['api', []],
      ['jobs', ['web']],
      ['web', ['api']],
    ]);
  });

  it('shows its module nothing of the program but names', () => {
    const file = moduleOf(`export default (web) => {
      const { root } = web.node;
      throw new Error(root.node.findAll().map(({ node }) => node.path).join(' '));
    };`);
    const app = new App();
    const staging = new Environment(app, 'staging');
    new Application(staging, 'api');
    expect(() => new ApplicationFile(staging, 'web', { file })).toThrow(' staging staging/web');
  });

  it('takes nothing else', () => {
    const { application } = rendered({ file: moduleOf(CONFIG) });
    expect(() => new Application(application, 'more')).toThrow('Cannot add children');
  });

  it.each([
    ['a module without a function', 'export const web = 1;', {}, 'exports no function by default'],
    ['a function that goes on later', 'export default async () => {};', {}, 'is asynchronous'],
    ['values that JSON cannot hold', CONFIG, { at: new Date(0) }, 'JSON cannot hold: at is a Date'],
  ])('refuses %s', (_what, text, values, message) => {
    expect(() => rendered({ file: moduleOf(text), values })).toThrow(
      expect.objectContaining({
        code: 'INVALID_APPLICATION_FILE',
        constructPath: 'staging/web',
        message: expect.stringContaining(message),
      }),
    );
  });
});
