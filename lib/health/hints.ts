/** What to try, for the reasons that Kubernetes gives most often. Reasons and messages are those of the kubelet, the
 * scheduler and the controllers (Kubernetes 1.37). */

/** What is known of something that does not get on. */
export interface Problem {
  /** `ImagePullBackOff`, `FailedCreate`, `FailedMount`. */
  readonly reason: string;
  readonly message: string;
  readonly exitCode?: number;
}

interface Hint {
  readonly reasons: readonly string[];
  /** Narrows the reasons; the first entry that matches both decides. */
  readonly message?: RegExp;
  readonly exitCodes?: readonly number[];
  readonly text: string | ((problem: Problem) => string);
}

const IMAGE = ['ImagePullBackOff', 'ErrImagePull', 'RegistryUnavailable'];
const CRASH = ['CrashLoopBackOff', 'Error', 'ContainerCannotRun', 'StartError', 'RunContainerError'];
const CONFIG = ['CreateContainerConfigError', 'FailedMount'];
const SCHEDULING = ['Unschedulable', 'FailedScheduling', 'PodUnschedulable'];
const CREATION = ['FailedCreate', 'ReplicaFailure'];

const HINTS: readonly Hint[] = [
  {
    reasons: IMAGE,
    message:
      /unauthorized|authentication required|access denied|access to the resource is denied|forbidden|\b40[13]\b/i,
    text: 'Give the pod a pull secret for this registry (imagePullSecrets, or on its service account), and check the name of the image.',
  },
  {
    reasons: IMAGE,
    message: /toomanyrequests|rate limit/i,
    text: 'The registry lets nobody pull so often: use credentials, or a mirror.',
  },
  {
    reasons: IMAGE,
    message: /x509|certificate/i,
    text: "The nodes do not trust the registry's certificate: add its authority to their container runtime.",
  },
  {
    reasons: IMAGE,
    message: /no such host|i\/o timeout|connection refused|network is unreachable|server misbehaving/i,
    text: 'The nodes do not reach the registry: check its name, their DNS and the way out of the cluster.',
  },
  {
    reasons: IMAGE,
    message: /no match for platform|no matching manifest/i,
    text: "Build the image for the nodes' architecture, or choose nodes with a nodeSelector on kubernetes.io/arch.",
  },
  { reasons: IMAGE, text: 'Check the name and the tag of the image: push it, or correct them.' },
  {
    reasons: ['InvalidImageName'],
    text: 'Correct the name of the image: it is not one that a registry can have.',
  },
  {
    reasons: ['ErrImageNeverPull'],
    text: 'The image is not on the node: load it there, or choose another imagePullPolicy.',
  },
  { reasons: ['OOMKilled'], text: 'Raise resources.limits.memory of the container, or let it use less.' },
  {
    reasons: CRASH,
    message: /liveness probe failed|failed liveness probe/i,
    text: 'Its liveness probe ends it: give it longer (startupProbe, initialDelaySeconds), or correct the probe.',
  },
  {
    reasons: CRASH,
    message: /startup probe failed/i,
    text: 'It does not start within what its startup probe allows: raise failureThreshold, or correct the probe.',
  },
  {
    reasons: CRASH,
    message: /executable file not found|no such file or directory/i,
    text: 'Its command is not in the image: correct command and args, or the image.',
  },
  { reasons: CRASH, message: /exec format error/i, text: "Build the image for the nodes' architecture." },
  {
    reasons: CRASH,
    message: /permission denied/i,
    text: 'It lacks a permission: check the user that it runs as (securityContext), and the mode of its command and volumes.',
  },
  {
    reasons: CRASH,
    exitCodes: [127],
    text: 'Its command is not in the image (exit code 127): correct command and args, or the image.',
  },
  {
    reasons: CRASH,
    exitCodes: [126],
    text: 'Its command cannot be executed (exit code 126): check its mode, and the architecture of the image.',
  },
  {
    reasons: CRASH,
    exitCodes: [137],
    text: 'It was killed (exit code 137): by its liveness probe, or for the memory that it took; see its events.',
  },
  {
    reasons: CRASH,
    exitCodes: [139],
    text: 'It crashed by itself (exit code 139, segmentation fault): check the image and its architecture.',
  },
  {
    reasons: ['CrashLoopBackOff'],
    exitCodes: [0],
    text: 'It ends without an error, and is started again each time: give it something that keeps running, or make it a Job.',
  },
  {
    reasons: CRASH,
    text: 'Its log says why it ends: check command, configuration, and what it connects to.',
  },
  {
    reasons: CONFIG,
    message: /(configmap|secret) "[^"]*"[^"]* not found/i,
    text: (problem) => missing(problem),
  },
  {
    reasons: CONFIG,
    message: /couldn't find key|references non-existent \w+ key/i,
    text: 'The ConfigMap or Secret lacks this key: add it, or correct its name.',
  },
  {
    reasons: ['CreateContainerConfigError'],
    message: /runAsNonRoot/i,
    text: 'The image runs as root, which runAsNonRoot forbids: set runAsUser, or change the image.',
  },
  {
    reasons: ['CreateContainerConfigError', 'CreateContainerError'],
    text: 'Correct what the container refers to: ConfigMaps, Secrets, mounts and its security context.',
  },
  {
    reasons: SCHEDULING,
    message: /persistentvolumeclaim "[^"]*" not found/i,
    text: 'Add the PersistentVolumeClaim to the program, or correct its name in the pod.',
  },
  {
    reasons: SCHEDULING,
    message: /unbound immediate PersistentVolumeClaims/i,
    text: 'Its volume claim is not bound: check that its storage class exists and has a provisioner that runs.',
  },
  {
    reasons: SCHEDULING,
    message: /volume node affinity conflict/i,
    text: 'Its volume is in another zone than the nodes that could take it: add nodes there, or use a class with WaitForFirstConsumer.',
  },
  { reasons: SCHEDULING, message: /Insufficient/, text: (problem) => insufficient(problem) },
  { reasons: SCHEDULING, message: /Too many pods/, text: 'The nodes take no more pods: add nodes.' },
  {
    reasons: SCHEDULING,
    message: /untolerated taint/,
    text: 'No node without a taint is free: add a toleration to the pod, or nodes without the taint.',
  },
  {
    reasons: SCHEDULING,
    message: /free ports/,
    text: 'A hostPort that it asks for is taken on every node: leave hostPort out, or run fewer of them.',
  },
  {
    reasons: SCHEDULING,
    message: /anti-affinity|topology spread/i,
    text: 'Its anti-affinity or topology spread leaves no node: add nodes, run fewer replicas, or prefer instead of require.',
  },
  {
    reasons: SCHEDULING,
    message: /affinity\/selector|node affinity/i,
    text: 'No node has the labels that its nodeSelector or affinity asks for: label nodes, or correct it.',
  },
  {
    reasons: SCHEDULING,
    message: /no nodes available/i,
    text: 'The cluster has no node that takes pods: add one.',
  },
  {
    reasons: ['SchedulingGated'],
    text: 'A scheduling gate holds it (spec.schedulingGates): whoever put it there has to take it away.',
  },
  { reasons: CREATION, message: /exceeded quota/i, text: (problem) => quota(problem) },
  {
    reasons: CREATION,
    message: /failed quota/i,
    text: 'A quota of the namespace counts what its containers do not ask for: set resources.requests and limits.',
  },
  {
    reasons: CREATION,
    message: /violates PodSecurity/i,
    text: 'The namespace allows no such pod (pod-security.kubernetes.io/enforce): change its security context as the message says, or the label.',
  },
  {
    reasons: CREATION,
    message: /admission webhook|denied the request|ValidatingAdmissionPolicy/i,
    text: 'A policy of the cluster refuses the pod: change the template as it says.',
  },
  {
    reasons: CREATION,
    message: /failed calling webhook/i,
    text: 'An admission webhook does not answer: see to what serves it, or remove its configuration.',
  },
  {
    reasons: CREATION,
    message: /serviceaccount "?[^"]*"? not found/i,
    text: 'Add the service account to the program, or correct serviceAccountName.',
  },
  {
    reasons: CREATION,
    message: /priority class/i,
    text: 'Add the PriorityClass, or correct priorityClassName.',
  },
  {
    reasons: CREATION,
    message: /(maximum|minimum) (cpu|memory|storage)|limit range|LimitRange/i,
    text: 'A LimitRange of the namespace does not allow these resources: change requests and limits.',
  },
  { reasons: CREATION, text: 'The API server refuses its pods: change the template as the message says.' },
  {
    reasons: ['FailedAttachVolume', 'FailedMount'],
    message: /Multi-Attach/i,
    text: 'Its volume is attached to another node: wait until the old pod is gone, use the strategy Recreate, or a ReadWriteMany volume.',
  },
  {
    reasons: ['FailedAttachVolume', 'FailedMount', 'FailedMapVolume'],
    text: 'Its volume cannot be mounted: check that what it names exists, and that the storage driver runs on the node.',
  },
  {
    reasons: ['ProvisioningFailed'],
    text: 'Its volume cannot be made: check the storage class, its parameters and its provisioner.',
  },
  {
    reasons: ['ExternalProvisioning', 'Pending'],
    text: 'Nobody makes its volume: check that the storage class exists and that its provisioner runs.',
  },
  {
    reasons: ['FailedBinding'],
    text: 'No volume fits the claim: name a storage class, or make one the default.',
  },
  {
    reasons: ['FailedCreatePodSandBox', 'NetworkNotReady'],
    text: "The node cannot give the pod a network: see to the cluster's network plugin.",
  },
  {
    reasons: ['ReadinessGatesNotReady'],
    text: 'Something outside of the pod has to set its readiness gate (a load balancer controller, say): check that it runs.',
  },
  {
    reasons: ['Unhealthy'],
    message: /liveness/i,
    text: 'Its liveness probe fails: correct it, or give the container longer (startupProbe).',
  },
  {
    reasons: ['Unhealthy', 'ContainersNotReady'],
    message: /readiness probe|unready/i,
    text: 'It runs, and its readiness probe does not pass: check port and path of the probe, and what the container waits for.',
  },
  {
    reasons: ['Evicted'],
    text: 'The node ran out of something: set requests for what the pod needs (memory, ephemeral-storage), or add nodes.',
  },
  {
    reasons: ['Preempted', 'Preempting'],
    text: 'A pod of higher priority took its place: add nodes, or raise its priority.',
  },
  {
    reasons: ['DeadlineExceeded'],
    text: 'It took longer than activeDeadlineSeconds: raise that, or see why it is slow.',
  },
  {
    reasons: ['BackoffLimitExceeded', 'PodFailurePolicy', 'PodFailed'],
    text: 'The log of its last pod says why it failed; the Job runs again when it changes, or is deleted.',
  },
  {
    reasons: ['NodeLost', 'NodeNotReady', 'TerminationByKubelet'],
    text: 'Its node is gone or does not answer: see to the node, or delete the pod.',
  },
];

/** A sentence that says what to try; undefined for reasons that nobody has put down here. */
export function hintFor(problem: Problem): string | undefined {
  const found = HINTS.find(
    ({ reasons, message, exitCodes }) =>
      reasons.includes(problem.reason) &&
      (message === undefined || message.test(problem.message)) &&
      (exitCodes === undefined || (problem.exitCode !== undefined && exitCodes.includes(problem.exitCode))),
  );
  return typeof found?.text === 'function' ? found.text(problem) : found?.text;
}

function missing({ message }: Problem): string {
  const [, kind = '', name = ''] = /(configmap|secret) "([^"]*)"/i.exec(message) ?? [];
  const what = kind.toLowerCase() === 'secret' ? 'Secret' : 'ConfigMap';
  return `Add the ${what}${name === '' ? '' : ` ${name}`} to the program, or correct its name in the pod.`;
}

/** Scheduler: `0/3 nodes are available: 2 Insufficient cpu, 1 Insufficient memory.` */
function insufficient({ message }: Problem): string {
  const resources = [...message.matchAll(/Insufficient ([\w./-]*\w)/g)].map(([, resource]) => resource);
  const list = [...new Set(resources)].join(' and ');
  return `No node has enough ${list} left: lower resources.requests, add nodes, or remove what is not needed.`;
}

/** Quota admission: `exceeded quota: compute, requested: pods=1, used: pods=5, limited: pods=5`. */
function quota({ message }: Problem): string {
  const [, name] = /exceeded quota: ([^,\s]+)/.exec(message) ?? [];
  const [, limited] = /limited: ([^;]+?)\s*$/.exec(message) ?? [];
  const what = name === undefined ? 'A ResourceQuota' : `ResourceQuota ${name}`;
  const how = limited === undefined ? '' : ` (${limited})`;
  return `${what} of the namespace is used up${how}: raise it, or run less.`;
}
