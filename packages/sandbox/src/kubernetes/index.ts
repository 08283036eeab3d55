export type { Manifest } from './accounts.ts';
export type { AdmissionPolicy } from './admission.ts';
export type { AcceptedWrite } from './audit-log.ts';
export { createRealClock, createSteppedClock, type SandboxClock, type SteppedClock } from './clock.ts';
export type { FaultEffect, FaultMatch, FaultRule } from './faults.ts';
export type { ImageBehaviour } from './kubelet/image-name-runtime.ts';
export type {
  ContainerReport,
  PodRuntime,
  PodSpecToRun,
  RunningPod,
} from './kubelet/pod-runtime.ts';
export type { Deployment, KubeObject, Pod, StatefulSet } from './objects.ts';
export { attributesOf } from './rights.ts';
export { answerControls } from './sandbox-controls.ts';
export {
  type KubernetesSandbox,
  type KubernetesSandboxOptions,
  startKubernetesSandbox,
} from './start-kubernetes-sandbox.ts';
