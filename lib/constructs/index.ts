/** What programs are made of: an App holds Environments, these hold Applications, and in those fits every
 * construct made for cdk8s. Compiled by jsii, so that programs can also be written in Python, Java and Go. */
export * from './app.ts';
export * from './application.ts';
export * from './apply.ts';
export * from './cluster.ts';
export * from './conflicts.ts';
export * from './drift.ts';
export * from './environment.ts';
export * from './health-rule.ts';
export * from './hook.ts';
export * from './on-failure.ts';
export * from './policies.ts';
export * from './policy.ts';
export * from './prune.ts';
export * from './rerun.ts';
export * from './settings.ts';
export * from './severity.ts';
export * from './wait.ts';
