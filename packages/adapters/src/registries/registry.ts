import type { Registries } from '@lastgood/domain/ports/registries';

/** A registry, by the host that image references name it with. */
export type Registry = Registries & { host: string };
