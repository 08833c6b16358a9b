import { describe, expect, it } from 'vitest';
import { parseBody } from './parse-body.ts';
import { statusError } from './status.ts';
import { statusBody } from './testing/fault-server.ts';

const key = { group: 'apps', kind: 'Deployment', namespace: 'web', name: 'api' };
const attempt = { doing: 'apply', key, server: 'https://s' };
const answer = (status: number, body: string, headers = {}) => ({ status, headers, body });
const errorOf = (code: number, reason: string, message: string, details: object = {}) =>
  statusError(answer(code, JSON.stringify(statusBody(code, reason, message, details))), attempt);

describe('what the server refuses', () => {
  it('names manager and field of each conflict, and is of the family conflict', () => {
    const cause = (message: string, field: string) => ({ reason: 'FieldManagerConflict', message, field });
    const error = errorOf(409, 'Conflict', 'Apply failed with 2 conflicts: …', {
      causes: [
        cause(
          'conflict with "kubectl-edit" using apps/v1',
          '.spec.template.spec.containers[name="web"].image',
        ),
        cause('conflict with "my \\"own\\"" with subresource "scale" using apps/v1', '.spec.replicas'),
      ],
    });
    expect(error).toMatchObject({ code: 'CONFLICT', family: 'conflict', key, status: 409 });
    expect(error.conflicts).toEqual([
      { manager: 'kubectl-edit', path: 'spec.template.spec.containers[name=web].image' },
      { manager: 'my "own"', path: 'spec.replicas', subresource: 'scale' },
    ]);
    expect(error.message).toBe(
      'cannot apply Deployment.apps web/api: kubectl-edit holds spec.template.spec.containers[name=web].image, my "own" holds spec.replicas',
    );
    expect(error.causes).toEqual([]);
  });

  it('is no conflict of fields when a precondition failed', () => {
    expect(errorOf(409, 'Conflict', 'the UID in the precondition does not match')).toMatchObject({
      code: 'CONFLICT',
      family: 'error',
      conflicts: [],
    });
  });

  it('tells which right is missing, in a namespace and at cluster scope', () => {
    const error = errorOf(
      403,
      'Forbidden',
      'deployments.apps "api" is forbidden: User "jane" cannot patch resource "deployments" in API group "apps" in the namespace "web"',
    );
    expect(error.code).toBe('FORBIDDEN');
    expect(error.denied).toEqual({
      user: 'jane',
      verb: 'patch',
      resource: 'deployments',
      group: 'apps',
      namespace: 'web',
    });
    expect(error.hint).toBe(
      'Grant jane a Role in namespace web with the rule {apiGroups: ["apps"], resources: ["deployments"], verbs: ["patch"]} by a RoleBinding.',
    );
    const wide = errorOf(
      403,
      'Forbidden',
      'nodes is forbidden: User "system:serviceaccount:a:b" cannot list resource "nodes" in API group "" at the cluster scope',
    );
    expect(wide.denied).toEqual({
      user: 'system:serviceaccount:a:b',
      verb: 'list',
      resource: 'nodes',
      group: '',
    });
    expect(wide.hint).toContain('ClusterRole');
  });

  it('does not speak of rights when a quota was exceeded', () => {
    const error = errorOf(403, 'Forbidden', 'pods "a" is forbidden: exceeded quota: q, requested: pods=1');
    expect(error.denied).toBeUndefined();
    expect(error.hint).toContain('ResourceQuota');
  });

  it('calls an apply invalid whose field the schema does not have, though the server answers 500', () => {
    const message =
      'failed to create typed patch object (a/web; apps/v1, Kind=Deployment): .spec.replica: field not declared in schema';
    const error = errorOf(500, 'InternalError', message);
    expect(error).toMatchObject({ code: 'INVALID', family: 'validation' });
    expect(error.hint).toContain('program');
  });

  it('is the same refusal in whatever order the server found what is wrong', () => {
    const key =
      'metadata.annotations: Invalid value: "a..b/x": prefix part must be lower case (e.g. \'x, y\')';
    const name = 'metadata.annotations: Invalid value: "not valid": name part, [a-z], $& and $1';
    const refused = (...said: readonly string[]) =>
      errorOf(422, 'Invalid', `ServiceAccount "a" is invalid: [${[...new Set(said)].join(', ')}]`, {
        causes: said.map((text) => {
          const [field, ...message] = text.split(': ');
          return { reason: 'FieldValueInvalid', field, message: message.join(': ') };
        }),
      });
    expect(refused(key, name, key).toJSON()).toEqual(refused(name, key, key).toJSON());
    expect(refused(name, key).message).toContain(`is invalid: [${key}, ${name}]`);
    expect(refused(name, key).causes.map(({ message }) => message)).toEqual(
      [key, name].map((text) => text.replace('metadata.annotations: ', '')),
    );
  });

  it('lists what is invalid, field by field', () => {
    const error = errorOf(422, 'Invalid', 'Deployment.apps "api" is invalid: …', {
      causes: [{ reason: 'FieldValueInvalid', message: 'must be positive', field: 'spec.replicas' }],
    });
    expect(error).toMatchObject({ code: 'INVALID', family: 'validation' });
    expect(error.causes).toEqual([{ path: 'spec.replicas', message: 'must be positive' }]);
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({ status: 422, key: 'Deployment.apps web/api' });
  });

  it.each([
    [400, 'BadRequest', 'BAD_REQUEST'],
    [401, 'Unauthorized', 'UNAUTHORIZED'],
    [404, 'NotFound', 'NOT_FOUND'],
    [409, 'AlreadyExists', 'ALREADY_EXISTS'],
    [410, 'Expired', 'GONE'],
    [429, 'TooManyRequests', 'TOO_MANY_REQUESTS'],
    [500, 'InternalError', 'SERVER_ERROR'],
    [504, 'Timeout', 'TIMEOUT'],
    [418, 'Teapot', 'BAD_REQUEST'],
  ])('with %i %s has the code %s', (status, reason, code) => {
    expect(errorOf(status, reason, 'm').code).toBe(code);
  });

  it('says of a Secret what is wrong, and not what is in it', () => {
    const message =
      'failed to create typed patch object (shop/login; /v1, Kind=Secret): errors:\n  .stringData.pin: expected string, got &value.valueUnstructured{Value:4711}\n  .data: expected map, got &{word}';
    const said = (secret: object) =>
      statusError(answer(500, JSON.stringify(statusBody(500, '', message))), {
        ...attempt,
        key: { group: '', kind: 'Secret', namespace: 'shop', name: 'login', ...secret },
      });
    expect(said({}).message).toMatch(/\.stringData\.pin: expected string, got <masked>$/);
    expect(JSON.stringify(said({}))).not.toMatch(/4711|word/);
    expect(said({ kind: 'ConfigMap' }).message).toContain('4711');
  });

  it('is told apart from what a proxy says', () => {
    const html = '<html><head><title>502</title></head><body>Bad   Gateway</body></html>';
    const error = statusError(answer(502, html, { 'content-type': 'text/html' }), attempt);
    expect(error).toMatchObject({ code: 'SERVER_ERROR', status: 502, key });
    expect(error.message).toBe(
      'cannot apply Deployment.apps web/api: https://s answered HTTP 502 (text/html): 502 Bad Gateway',
    );
    expect(error.hint).toContain('load balancers');
  });

  it('holds against members of the wrong type', () => {
    const odd = '{"kind":"Status","message":7,"details":{"causes":null}}';
    expect(statusError(answer(500, odd), attempt).message).toContain('7');
  });
});

describe('a successful answer', () => {
  it.each([
    ['<!doctype html><p>log in</p>', 'an HTML page'],
    ['{"metadata":{"na', 'something that is not JSON, or not all of it'],
    ['', 'something that is not JSON'],
  ])('of %j is an error', (body, what) => {
    const read = () => parseBody(answer(200, body), attempt);
    expect(read).toThrow(what);
    expect(read).toThrow(expect.objectContaining({ code: 'MALFORMED_RESPONSE' }));
  });
});
