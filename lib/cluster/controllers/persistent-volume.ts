import { type Controller, itself } from './controller.ts';
import { PERSISTENT_VOLUME } from './kinds.ts';
import { writeStatus } from './write-status.ts';

/** A volume that nobody has claimed is available. */
export const persistentVolumeController: Controller = {
  manager: 'kube-controller-manager',
  component: 'persistentvolume-controller',
  watches: [itself(PERSISTENT_VOLUME)],
  reconcile({ client }, { name }) {
    const volume = client.get(PERSISTENT_VOLUME, '', name);
    if (volume && !volume.spec?.claimRef)
      writeStatus(client, volume, { ...volume.status, phase: 'Available' });
  },
};
