/** How an outside system is, for `/readyz` and the screens it concerns. */
export type Health = { up: true } | { up: false; reason: string };
