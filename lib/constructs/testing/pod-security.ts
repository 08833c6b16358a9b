/** The restricted profile of the Pod Security Standards, as its page words it (kubernetes.io, "Pod Security Standards",
 * Apache-2.0): what a pod must and must not have, those of the baseline profile with it. */
interface Container {
  readonly name: string;
  readonly securityContext?: {
    readonly allowPrivilegeEscalation?: boolean;
    readonly privileged?: boolean;
    readonly runAsNonRoot?: boolean;
    readonly runAsUser?: number;
    readonly procMount?: string;
    readonly seccompProfile?: { readonly type: string };
    readonly seLinuxOptions?: object;
    readonly appArmorProfile?: { readonly type: string };
    readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  };
  readonly ports?: readonly { readonly hostPort?: number }[];
}

interface PodSpec {
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly securityContext?: Omit<NonNullable<Container['securityContext']>, 'capabilities'> & {
    readonly sysctls?: readonly object[];
  };
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Readonly<Record<string, unknown>>[];
}

const VOLUMES = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);

const SECCOMP = ['RuntimeDefault', 'Localhost'];

/** What the restricted profile does not admit; nothing for a pod that it admits. */
export function restrictedViolations(pod: PodSpec): readonly string[] {
  const { securityContext: whole = {}, volumes = [], initContainers = [] } = pod;
  const found: string[] = [];
  const must = (is: boolean, rule: string) => is || found.push(rule);
  must(!pod.hostNetwork && !pod.hostPID && !pod.hostIPC, 'host namespaces');
  must((whole.sysctls ?? []).length === 0, 'sysctls');
  for (const { name, ...volume } of volumes) {
    for (const type of Object.keys(volume)) must(VOLUMES.has(type), `volume ${name} is of type ${type}`);
  }
  for (const { name, securityContext: own = {}, ports = [] } of [...initContainers, ...pod.containers]) {
    const { capabilities } = own;
    must(own.privileged !== true, `${name} is privileged`);
    must(own.allowPrivilegeEscalation === false, `${name} may escalate privileges`);
    must((own.runAsNonRoot ?? whole.runAsNonRoot) === true, `${name} may run as root`);
    must((own.runAsUser ?? whole.runAsUser) !== 0, `${name} runs as root`);
    must(SECCOMP.includes(own.seccompProfile?.type ?? whole.seccompProfile?.type ?? ''), `${name}: seccomp`);
    must(capabilities?.drop?.includes('ALL') === true, `${name} keeps capabilities`);
    must(
      (capabilities?.add ?? []).every((one) => one === 'NET_BIND_SERVICE'),
      `${name} has capabilities`,
    );
    must((own.procMount ?? 'Default') === 'Default', `${name}: proc mount`);
    must(own.seLinuxOptions === undefined && whole.seLinuxOptions === undefined, `${name}: SELinux`);
    must((own.appArmorProfile ?? whole.appArmorProfile)?.type !== 'Unconfined', `${name}: AppArmor`);
    must(
      ports.every(({ hostPort = 0 }) => hostPort === 0),
      `${name} has a port of its node`,
    );
  }
  return found;
}
