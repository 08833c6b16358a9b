import { describe, expect, it } from 'vitest';
import type { TruekeelError } from '../../lib/objects/index.ts';
import { failing, project, run } from './testing/project.ts';

const PROGRAM = `import { App, Application, Environment, Policies, Policy, PolicyException } from 'truekeel';
import { ApiObject } from 'cdk8s';
class HasOwner extends Policy {
  override checkObject({ manifest }: any): any {
    return manifest.metadata.labels?.owner ? [] : [{ message: 'has no owner' }];
  }
}
const app = new App({ policies: [...Policies.starter(), ...Policies.admission('policies'), new HasOwner('has-owner')] });
const web = new Application(new Environment(app, 'staging'), 'web', { namespace: 'web' });
const settings = new ApiObject(web, 'settings', { apiVersion: 'v1', kind: 'ConfigMap', data: { mode: 'fast' } });
`;
const ADMISSION = `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: no-fast}
spec:
  matchConstraints:
    resourceRules:
      - {apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}
  validations:
    - {expression: "object.data.mode != 'fast'", message: not so fast}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: no-fast}
spec: {policyName: no-fast, validationActions: [Warn]}
`;

describe('the policies of a program', () => {
  it('are carried out in its process, and told with the line of the object', async () => {
    const warnings: TruekeelError[] = [];
    const errors = await failing(
      `${PROGRAM}app.synth();\n`,
      { onWarning: (warning) => warnings.push(warning) },
      { 'policies/fast.yaml': ADMISSION },
    );
    expect(errors).toEqual([
      expect.objectContaining({
        code: 'POLICY_VIOLATED',
        family: 'validation',
        message: 'has-owner: ConfigMap web/settings has no owner',
        source: expect.objectContaining({ file: 'main.ts', line: 10 }),
      }),
    ]);
    expect(warnings.map(({ message }) => message)).toEqual([
      'no-fast: ConfigMap web/settings is denied: not so fast',
    ]);
  });

  it('let pass what is excepted, until its last day', async () => {
    const text = `${PROGRAM}PolicyException.add(web, { policy: 'has-owner', reason: 'moving', expires: '2026-12-31' });
app.synth();
`;
    const files = { 'policies/fast.yaml': ADMISSION };
    const root = project({ 'main.ts': text, ...files });
    const [staging] = await run(root, { now: Date.parse('2026-12-31T23:59:59Z') });
    expect(staging?.applications[0]?.objects).toHaveLength(1);
    const [error] = await failing(text, { now: Date.parse('2027-01-01T00:00:00Z') }, files);
    expect(error?.message).toContain('(its exception ended on 2026-12-31: moving)');
  });
});
