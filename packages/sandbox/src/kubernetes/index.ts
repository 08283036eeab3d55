export type { AcceptedWrite } from './audit-log.ts';
export { createRealClock, createSteppedClock, type SandboxClock, type SteppedClock } from './clock.ts';
export type { FaultEffect, FaultMatch, FaultRule, Faults } from './faults.ts';
export {
  createImageNameRuntime,
  type ImageBehaviour,
  type ImageNameRuntime,
} from './kubelet/image-name-runtime.ts';
export type { ImageRegistry } from './kubelet/image-registry.ts';
export type {
  ContainerReport,
  ContainerToRun,
  PodRuntime,
  PodSpecToRun,
  RunningPod,
} from './kubelet/pod-runtime.ts';
export type { DaemonSet, Deployment, KubeObject, Pod, ReplicaSet, Service, StatefulSet } from './objects.ts';
export { answerControls } from './sandbox-controls.ts';
export {
  type KubernetesSandbox,
  type KubernetesSandboxOptions,
  startKubernetesSandbox,
} from './start-kubernetes-sandbox.ts';
