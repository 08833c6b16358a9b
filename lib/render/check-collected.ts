/** What can be wrong with environments and applications, whatever their objects are. */
import { findCycle } from './cycles.ts';
import { checkGates } from './gates.ts';
import { checkHealthRules } from './health-rules.ts';
import { labelProblem } from './name-rules.ts';
import { checkNotifications } from './notifications.ts';
import { checkPreviews } from './previews.ts';
import type { Problems } from './problems.ts';
import type { CollectedApplication, CollectedEnvironment } from './tree/index.ts';

export function checkEnvironments(environments: readonly CollectedEnvironment[], problems: Problems): void {
  const names = new Map<string, CollectedEnvironment>();
  for (const environment of environments) {
    const { name } = environment;
    const problem = labelProblem(name);
    if (problem !== undefined) {
      problems.add(environment, {
        code: 'INVALID_NAME',
        message: `environment name "${name}" ${problem}`,
        hint: 'Give the Environment another id.',
      });
    }
    if (names.has(name)) {
      problems.add(environment, {
        code: 'DUPLICATE_ENVIRONMENT',
        message: environment.declared
          ? `there are two environments named "${name}"`
          : `charts stand outside any Environment, while one is named "${name}"`,
        hint: environment.declared
          ? 'Give one another id.'
          : 'Make the charts children of an Environment, or give that one another id.',
      });
    }
    names.set(name, environment);
  }
  const [, ...others] = environments.filter(({ previews }) => previews !== undefined);
  for (const environment of others) {
    problems.add(environment, {
      code: 'INVALID_PREVIEWS',
      message: `environment ${environment.name} has previews, and so has another one`,
      hint: 'A pull request has one preview: say previews of one environment.',
    });
  }
  for (const environment of environments) {
    for (const other of environment.promotesFrom.filter((from) => !names.has(from))) {
      problems.add(environment, {
        code: 'UNKNOWN_ENVIRONMENT',
        message: `environment ${environment.name} promotes from ${other}, which is not in the program`,
        hint: `Let promotesFrom have environments of this App: ${[...names.keys()].join(', ')}.`,
      });
    }
  }
}

/** An environment and what its applications say of themselves. */
export function checkEnvironment(environment: CollectedEnvironment, problems: Problems): void {
  checkApplications(environment, problems);
  checkHealthRules(environment, 'environment', problems);
  checkGates(environment, problems);
  checkPreviews(environment, problems);
  checkNotifications(environment, `environment ${environment.name}`, problems);
  checkOnFailure(environment, `environment ${environment.name}`, problems);
  checkDeleteLimits(environment, `environment ${environment.name}`, problems);
}

function checkApplications(environment: CollectedEnvironment, problems: Problems): void {
  const byName = new Map<string, CollectedApplication>();
  for (const application of environment.applications) {
    const problem = labelProblem(application.name);
    if (problem !== undefined) {
      problems.add(application, {
        code: 'INVALID_NAME',
        message: `application name "${application.name}" ${problem}`,
        hint: 'Give the Application another id.',
      });
    }
    const other = byName.get(application.name);
    if (other) {
      problems.add(application, {
        code: 'DUPLICATE_APPLICATION',
        message: `${application.constructPath} and ${other.constructPath} are both application ${application.name} of environment ${environment.name}`,
        hint: 'Give one of them another id.',
      });
    }
    byName.set(application.name, application);
    checkTimeouts(application, problems);
    checkOnFailure(application, `application ${application.name}`, problems);
    checkDeleteLimits(application, `application ${application.name}`, problems);
    checkNotifications(application, `application ${application.name}`, problems);
  }
  const cycle = findCycle(byName.keys(), (name) => byName.get(name)?.dependsOn ?? []);
  if (cycle) {
    problems.add(byName.get(cycle[0] ?? '') ?? environment, {
      code: 'DEPENDENCY_CYCLE',
      message: `applications of environment ${environment.name} wait for each other: ${cycle.join(' → ')}`,
      hint: 'Remove one of these dependencies (addDependency, or the annotation truekeel.dev/after).',
    });
  }
}

function checkTimeouts(application: CollectedApplication, problems: Problems): void {
  for (const name of ['waitTimeoutMs', 'noProgressTimeoutMs'] as const) {
    const value: unknown = application.settings[name];
    if (value === undefined || (typeof value === 'number' && value > 0)) continue;
    problems.add(application, {
      code: 'INVALID_SETTING',
      message: `${name} of application ${application.name} is ${value}`,
      hint: 'It can be any duration but zero.',
    });
  }
}

function checkDeleteLimits(
  giver: Pick<CollectedApplication, 'deleteLimits' | 'constructPath' | 'source'>,
  what: string,
  problems: Problems,
): void {
  const { maxDeletes, maxDeleteShare }: Partial<Record<string, unknown>> = { ...giver.deleteLimits };
  const wrong = (name: string, value: unknown, hint: string) =>
    problems.add(giver, {
      code: 'INVALID_SETTING',
      message: `${name} of ${what} is ${JSON.stringify(value)}`,
      hint,
    });
  if (maxDeletes !== undefined && !(Number.isSafeInteger(maxDeletes) && Number(maxDeletes) >= 0)) {
    wrong('maxDeletes', maxDeletes, 'It can be any whole number from 0 on.');
  }
  const share = maxDeleteShare;
  if (share !== undefined && !(typeof share === 'number' && share >= 0 && share <= 1)) {
    wrong('maxDeleteShare', share, 'It can be any number from 0 to 1: 0.5 is half of the objects.');
  }
}

function checkOnFailure(
  giver: Pick<CollectedApplication, 'onFailure' | 'constructPath' | 'source'>,
  what: string,
  problems: Problems,
): void {
  const { onFailure } = giver;
  if (onFailure === undefined || onFailure === 'stop' || onFailure === 'roll-back') return;
  problems.add(giver, {
    code: 'INVALID_SETTING',
    message: `onFailure of ${what} is ${JSON.stringify(onFailure)}`,
    hint: 'It can be OnFailure.STOP or OnFailure.ROLL_BACK.',
  });
}
