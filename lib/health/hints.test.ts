import { describe, expect, test } from 'vitest';
import { hintFor } from './index.ts';

/** Messages as the kubelet, the scheduler and the controllers write them. */
const NODES = '0/3 nodes are available: ';

describe('what to try', () => {
  test.each([
    ['ErrImagePull', 'failed to pull and unpack image "x": not found', /name and the tag/],
    ['ImagePullBackOff', 'pull access denied, repository does not exist or may require authorization', /./],
    ['ErrImagePull', 'failed to authorize: 401 Unauthorized', /pull secret/],
    ['ErrImagePull', 'toomanyrequests: You have reached your pull rate limit', /so often/],
    [
      'ErrImagePull',
      'tls: failed to verify certificate: x509: certificate signed by unknown authority',
      /trust/,
    ],
    ['ErrImagePull', 'dial tcp: lookup registry.acme.io: no such host', /reach the registry/],
    ['ErrImagePull', 'no match for platform in manifest: not found', /architecture/],
    ['InvalidImageName', 'Failed to apply default image tag', /Correct the name/],
    ['OOMKilled', 'container web used more memory', /limits\.memory/],
    ['CrashLoopBackOff', 'Liveness probe failed: HTTP probe failed with statuscode: 500', /liveness probe/],
    ['CrashLoopBackOff', 'Startup probe failed: connection refused', /startup probe/],
    ['RunContainerError', 'exec: "serve": executable file not found in $PATH', /not in the image/],
    ['CrashLoopBackOff', 'exec /bin/web: exec format error', /architecture/],
    ['CreateContainerConfigError', 'configmap "settings" not found', /Add the ConfigMap settings/],
    ['CreateContainerConfigError', 'secret "token" not found', /Add the Secret token/],
    ['CreateContainerConfigError', "couldn't find key url in ConfigMap web/settings", /lacks this key/],
    ['CreateContainerConfigError', 'container has runAsNonRoot and image will run as root', /runs as root/],
    [
      'FailedMount',
      'MountVolume.SetUp failed for volume "c" : configmap "settings" not found',
      /Add the ConfigMap settings/,
    ],
    [
      'FailedMount',
      'MountVolume.SetUp failed for volume "c" : references non-existent secret key: ca.crt',
      /lacks this key/,
    ],
    ['FailedAttachVolume', 'Multi-Attach error for volume "pvc-1"', /another node/],
    [
      'FailedMount',
      'Unable to attach or mount volumes: timed out waiting for the condition',
      /cannot be mounted/,
    ],
    ['Unschedulable', `${NODES}2 Insufficient cpu, 1 Insufficient memory.`, /enough cpu and memory left/],
    ['Unschedulable', `${NODES}3 Insufficient nvidia.com/gpu.`, /enough nvidia\.com\/gpu left/],
    ['Unschedulable', `${NODES}3 node(s) had untolerated taint {dedicated: gpu}.`, /toleration/],
    ['Unschedulable', `${NODES}3 node(s) didn't match Pod's node affinity/selector.`, /has the labels/],
    ['Unschedulable', `${NODES}3 node(s) didn't match pod anti-affinity rules.`, /fewer replicas/],
    ['Unschedulable', `${NODES}3 node(s) didn't have free ports for the requested pod ports.`, /hostPort/],
    ['Unschedulable', `${NODES}3 node(s) had volume node affinity conflict.`, /another zone/],
    ['Unschedulable', `${NODES}pod has unbound immediate PersistentVolumeClaims.`, /storage class/],
    ['Unschedulable', `${NODES}persistentvolumeclaim "data" not found.`, /Add the PersistentVolumeClaim/],
    ['Unschedulable', `${NODES}3 Too many pods.`, /no more pods/],
    ['Unschedulable', 'no nodes available to schedule pods', /no node/],
    [
      'FailedCreate',
      'pods "w" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=5, limited: pods=5',
      /^ResourceQuota compute of the namespace is used up \(pods=5\)/,
    ],
    [
      'FailedCreate',
      'pods "w" is forbidden: failed quota: compute: must specify limits.cpu for: web',
      /set resources/,
    ],
    ['FailedCreate', 'pods "w" is forbidden: violates PodSecurity "restricted:latest"', /pod-security/],
    [
      'FailedCreate',
      'admission webhook "policy.acme.io" denied the request: no latest tags',
      /policy of the cluster/,
    ],
    [
      'FailedCreate',
      'error looking up service account web/app: serviceaccount "app" not found',
      /service account/,
    ],
    ['FailedCreate', 'no PriorityClass with name high was found: priority class not found', /PriorityClass/],
    ['FailedCreate', 'maximum cpu usage per Container is 1, but limit is 2', /LimitRange/],
    ['FailedCreate', 'Internal error occurred: failed calling webhook "policy.acme.io"', /does not answer/],
    [
      'ReadinessGatesNotReady',
      'the status of pod readiness gate "lb" is not "True", but False',
      /readiness gate/,
    ],
    ['ContainersNotReady', 'containers with unready status: [web]', /readiness probe/],
    ['Evicted', 'The node was low on resource: ephemeral-storage.', /set requests/],
    ['DeadlineExceeded', 'Job was active longer than specified deadline', /activeDeadlineSeconds/],
    ['ProvisioningFailed', 'storageclass.storage.k8s.io "fast" not found', /storage class/],
    ['FailedCreatePodSandBox', 'plugin type="calico" failed', /network/],
  ])('after %s, %s', (reason, message, hint) => {
    expect(hintFor({ reason, message })).toMatch(hint);
  });

  test.each([
    [127, /not in the image/],
    [126, /cannot be executed/],
    [137, /was killed/],
    [139, /segmentation fault/],
    [0, /keeps running/],
    [1, /log says why/],
  ])('after a crash loop with exit code %i depends on that', (exitCode, hint) => {
    expect(hintFor({ reason: 'CrashLoopBackOff', message: 'container web ended', exitCode })).toMatch(hint);
  });

  test('is left to people for a reason that nobody has put down', () => {
    expect(hintFor({ reason: 'SolarFlare', message: 'bits flipped' })).toBeUndefined();
  });
});
