import { ApiObject, App, Chart } from 'cdk8s';
import { expect, it } from 'vitest';
import { Application, Environment, OnFailure } from '../constructs/index.ts';
import { TruekeelErrors } from '../objects/index.ts';
import { renderTree } from './index.ts';
import { markApplication } from './tree/marks.ts';

function program(environment?: OnFailure, application?: OnFailure) {
  const app = new App();
  const staging = new Environment(app, 'staging', {
    namespace: 'web',
    ...(environment && { onFailure: environment }),
  });
  const web = new Application(staging, 'web', { ...(application && { onFailure: application }) });
  new ApiObject(web, 'settings', { apiVersion: 'v1', kind: 'ConfigMap' });
  return { app, web };
}

it.each([
  ['nobody says so', undefined, undefined, undefined],
  ['the application says so', undefined, OnFailure.ROLL_BACK, 'roll-back'],
  ['the environment says so', OnFailure.ROLL_BACK, undefined, 'roll-back'],
  ['the application says otherwise', OnFailure.ROLL_BACK, OnFailure.STOP, undefined],
])('what follows on a failed release where %s', (_name, environment, application, expected) => {
  const [rendered] = renderTree(program(environment, application).app);
  expect(rendered?.applications.map(({ onFailure }) => onFailure)).toEqual([expected]);
});

it('what follows on a failed release is one of two things', () => {
  const { app } = program();
  // Programs in other languages, and other versions of the constructs, may say anything.
  const other = new Chart(app.node.findChild('staging'), 'other');
  markApplication(other, { settings: {}, onFailure: 'explode' });
  let thrown: unknown;
  try {
    renderTree(app);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(TruekeelErrors);
  expect((thrown as TruekeelErrors).errors).toMatchObject([
    { code: 'INVALID_SETTING', message: 'onFailure of application other is "explode"' },
  ]);
});
