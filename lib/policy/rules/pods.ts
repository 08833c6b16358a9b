/** Rules about pods and the nodes they run on. */
import { itemsOf, podTemplateOf } from '../../validate/index.ts';
import type { Rule } from '../rule.ts';
import { objectRule } from '../rule.ts';

const NAMESPACES = ['hostNetwork', 'hostPID', 'hostIPC'] as const;

export const POD_RULES: readonly Rule[] = [
  objectRule(
    { name: 'host-path', summary: 'No pod mounts directories of its node.', severity: 'error' },
    function* ({ object }) {
      const template = podTemplateOf(object);
      for (const [index, volume] of itemsOf(template?.spec.volumes).entries()) {
        if (volume.hostPath === undefined) continue;
        yield {
          message: `volume ${volume.name} is ${volume.hostPath?.path} of the node`,
          field: `${template?.at}.volumes[${index}].hostPath`,
        };
      }
    },
  ),
  objectRule(
    {
      name: 'host-namespaces',
      summary: 'No pod shares the network or processes of its node.',
      severity: 'error',
    },
    function* ({ object }) {
      const template = podTemplateOf(object);
      for (const name of NAMESPACES) {
        if (template?.spec[name] !== true) continue;
        yield { message: `has ${name}`, field: `${template.at}.${name}` };
      }
    },
  ),
];
