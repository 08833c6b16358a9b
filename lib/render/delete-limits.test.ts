import { ApiObject, App, Chart } from 'cdk8s';
import { expect, it } from 'vitest';
import { Application, Environment } from '../constructs/index.ts';
import { type DeleteLimits, TruekeelErrors } from '../objects/index.ts';
import { renderTree } from './index.ts';
import { markApplication } from './tree/marks.ts';

function program(environment: DeleteLimits, application: DeleteLimits) {
  const app = new App();
  const staging = new Environment(app, 'staging', { namespace: 'web', ...environment });
  const web = new Application(staging, 'web', application);
  new ApiObject(web, 'settings', { apiVersion: 'v1', kind: 'ConfigMap' });
  return app;
}

it.each([
  ['nobody says so', {}, {}, undefined],
  ['the application says so', {}, { maxDeletes: 0 }, { maxDeletes: 0 }],
  ['the environment says so', { maxDeleteShare: 0.1 }, {}, { maxDeleteShare: 0.1 }],
  [
    'both say something',
    { maxDeletes: 5, maxDeleteShare: 0.1 },
    { maxDeleteShare: 1 },
    { maxDeletes: 5, maxDeleteShare: 1 },
  ],
])('how many objects may be deleted at once where %s', (_name, environment, application, expected) => {
  const [rendered] = renderTree(program(environment, application));
  expect(rendered?.applications.map(({ deleteLimits }) => deleteLimits)).toEqual([expected]);
});

it.each([
  [{ maxDeletes: -1 }, 'maxDeletes of application other is -1'],
  [{ maxDeletes: 1.5 }, 'maxDeletes of application other is 1.5'],
  [{ maxDeleteShare: 50 }, 'maxDeleteShare of application other is 50'],
  [{ maxDeletes: 'all' as never }, 'maxDeletes of application other is "all"'],
])('%j is refused', (deleteLimits, message) => {
  const app = program({}, {});
  const other = new Chart(app.node.findChild('staging'), 'other');
  markApplication(other, { settings: {}, deleteLimits });
  let thrown: unknown;
  try {
    renderTree(app);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(TruekeelErrors);
  expect((thrown as TruekeelErrors).errors).toMatchObject([{ code: 'INVALID_SETTING', message }]);
});
