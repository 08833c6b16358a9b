import { type KubeClient, KubeError } from '../kube/index.ts';
import { CheckUnavailable } from './check-ports.ts';

/** The value that a Secret has under the key `authorization`.
 * @throws CheckUnavailable when there is none, or it may not be read */
export async function readSecretKey(
  client: KubeClient,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Promise<string> {
  try {
    const secrets = await client.resource({ group: '', version: 'v1', kind: 'Secret' });
    const secret = await client.get(secrets, { namespace, name });
    if (!secret) throw new CheckUnavailable(`there is no Secret ${namespace}/${name}`);
    const { authorization } = Object(secret.data) as { authorization?: unknown };
    const value =
      typeof authorization === 'string' ? Buffer.from(authorization, 'base64').toString('utf8').trim() : '';
    // Of such a value a request would say what is in it.
    if (!/^[\t\u0020-\u007e]+$/.test(value))
      throw new CheckUnavailable(`Secret ${namespace}/${name} has no key authorization that is a header`);
    return value;
  } catch (error) {
    if (error instanceof KubeError)
      throw new CheckUnavailable(`Secret ${namespace}/${name} cannot be read (${error.code})`);
    throw error;
  }
}
