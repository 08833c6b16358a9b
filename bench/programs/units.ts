import { Size } from 'cdk8s';
import { ConfigMap, Cpu, Deployment, EnvValue } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';

/** How many objects the program makes; the benchmark writes its own number here. */
export const OBJECTS = 1000;

/** Adds `objects` objects: units of one ConfigMap, one Deployment and one Service, and what is left of the
 * last unit as ConfigMaps. */
export function addUnits(scope: Construct, objects: number): void {
  const units = Math.floor(objects / 3);
  for (let unit = 0; unit < units; unit += 1) {
    const settings = new ConfigMap(scope, `settings-${unit}`, {
      data: { unit: String(unit), greeting: `hello from unit ${unit}` },
    });
    const web = new Deployment(scope, `web-${unit}`, {
      replicas: 1 + (unit % 3),
      containers: [
        {
          image: `example/web:1.${unit}`,
          portNumber: 8080,
          envVariables: {
            UNIT: EnvValue.fromValue(String(unit)),
            SETTINGS: EnvValue.fromValue(settings.name),
          },
          resources: {
            cpu: { request: Cpu.millis(50), limit: Cpu.millis(200) },
            memory: { request: Size.mebibytes(64), limit: Size.mebibytes(128) },
          },
        },
      ],
    });
    web.exposeViaService();
  }
  for (let rest = units * 3; rest < objects; rest += 1) {
    new ConfigMap(scope, `rest-${rest}`, { data: { rest: String(rest) } });
  }
}
