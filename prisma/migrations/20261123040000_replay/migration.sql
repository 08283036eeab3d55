-- AlterTable
ALTER TABLE "readings" ADD COLUMN     "counts" BOOLEAN,
ADD COLUMN     "definition" TEXT,
ADD COLUMN     "sample_detail" TEXT,
ADD COLUMN     "sample_kind" TEXT,
ADD COLUMN     "sample_value" DOUBLE PRECISION,
ADD COLUMN     "settling" BOOLEAN;

-- CreateTable
CREATE TABLE "trigger_definitions" (
    "digest" TEXT NOT NULL,
    "definition" JSONB NOT NULL,

    CONSTRAINT "trigger_definitions_pkey" PRIMARY KEY ("digest")
);
