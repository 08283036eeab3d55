export { type BehaviourKind, behaviourKinds } from './behaviour.ts';
export {
  createSampleServices,
  type SampleServices,
} from './create-sample-services.ts';
export { behaviourOf, imageFor } from './image-catalog.ts';
export { startKubeStateExporter } from './kube-state-exporter.ts';
export { listPodsOverHttp, podViewOf } from './pod-view.ts';
export type { Program, ProgramAnswer, ProgramRequest, StartProgram, StartProgramOf } from './program.ts';
export { startServiceDiscovery } from './service-discovery.ts';
