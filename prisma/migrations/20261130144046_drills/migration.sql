-- expands
-- AlterTable
ALTER TABLE "services" ADD COLUMN     "drill_told" JSONB,
ADD COLUMN     "drills_every_days" INTEGER,
ADD COLUMN     "drills_since" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "drills" (
    "id" TEXT NOT NULL,
    "service_key" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "by" TEXT NOT NULL,
    "note" TEXT,
    "took_ms" DOUBLE PRECISION,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "drills_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "drills_service_key_at_idx" ON "drills"("service_key", "at" DESC);

-- AddForeignKey
ALTER TABLE "drills" ADD CONSTRAINT "drills_service_key_fkey" FOREIGN KEY ("service_key") REFERENCES "services"("key") ON DELETE RESTRICT ON UPDATE CASCADE;
