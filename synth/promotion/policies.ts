/** How an environment was judged by its policies, out of what rendering said. */
import type { GateFacts } from '../../lib/promotion/index.ts';
import type { Render } from './renders.ts';

export function judgedBy({ environments, warnings }: Render, name: string): GateFacts['policies'] {
  const { judgedBy: policies = [], exceptions = [] } =
    environments.find((environment) => environment.name === name)?.policies ?? {};
  return new Map(
    policies.map(({ name: policy }) => [
      policy,
      {
        violations: warnings.filter(
          ({ code, message, constructPath }) =>
            code === 'POLICY_VIOLATED' &&
            message.startsWith(`${policy}: `) &&
            (constructPath === name || constructPath?.startsWith(`${name}/`) === true),
        ).length,
        exceptions: exceptions.filter((exception) => exception.policy === policy).length,
      },
    ]),
  );
}
