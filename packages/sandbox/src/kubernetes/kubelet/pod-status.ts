import { type ContainerStatus, type Pod, type PodCondition, wireTime } from '../objects.ts';

/** How the containers of a pod are, as its status should show it. */
export interface ContainersState {
  state: ContainerStatus['state'];
  lastState: ContainerStatus['state'];
  isReady: boolean;
  restartCount: number;
  /** Empty until the image was pulled. */
  imageIdOf(image: string): string;
  ip: string;
  phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
}

/** The pod's status with these containers; times of what did not change stay. */
export function podStatus(pod: Pod, containers: ContainersState, now: number): Pod['status'] {
  const time = wireTime(now);
  const ready = containers.isReady ? 'True' : 'False';
  const reason = containers.phase === 'Succeeded' ? 'PodCompleted' : 'ContainersNotReady';
  const because = containers.isReady ? {} : { reason };
  const condition = (type: string, status: string, extra: object = {}): PodCondition => {
    const before = pod.status.conditions?.find((candidate) => candidate.type === type);
    const lastTransitionTime = before?.status === status ? before.lastTransitionTime : time;
    return { type, status, lastTransitionTime, ...extra };
  };
  return {
    phase: containers.phase,
    conditions: [
      condition('Initialized', 'True'),
      condition('PodScheduled', 'True'),
      condition('Ready', ready, because),
      condition('ContainersReady', ready, because),
    ],
    podIP: containers.ip,
    podIPs: [{ ip: containers.ip }],
    startTime: pod.status.startTime ?? time,
    containerStatuses: pod.spec.containers.map(({ name, image }) => ({
      name,
      state: containers.state,
      lastState: containers.lastState,
      ready: containers.isReady,
      restartCount: containers.restartCount,
      image,
      imageID: containers.imageIdOf(image),
      started: containers.state.running !== undefined,
    })),
    qosClass: 'BestEffort',
  };
}
