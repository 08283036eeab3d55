-- expands
-- CreateTable
CREATE TABLE "kept_configurations" (
    "digest" TEXT NOT NULL,
    "sealed" BYTEA NOT NULL,
    "kept_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "kept_configurations_pkey" PRIMARY KEY ("digest")
);
