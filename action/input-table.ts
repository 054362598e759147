export interface InputRow {
  name: string;
  /** Empty when there is none, or when it depends on the machine. */
  default: string;
  /** For a terminal's --help: one line. */
  description: string;
}

/** Every input, in the order in which people meet them. `action.yml` says the same in more words. */
export const inputTable = [
  {
    name: "command",
    default: "run",
    description: "run, plan, submit, watch, cancel, doctor or cleanup",
  },
  { name: "source", default: "", description: "where the documents are: a folder or s3://bucket/prefix/" },
  { name: "destination", default: "", description: "where the text goes: a folder or s3://bucket/prefix/" },
  { name: "engine", default: "local", description: "local: on this machine; batch: on AWS Batch" },
  { name: "run-id", default: "", description: "the run to begin, to go on with, to watch or to cancel" },
  {
    name: "include",
    default: "",
    description: "globs of the documents' names, separated by commas; empty: all",
  },
  { name: "exclude", default: "", description: "globs of names to leave out" },
  {
    name: "languages",
    default: "eng",
    description: "Tesseract's language codes, the most frequent first: eng+rus",
  },
  {
    name: "outputs",
    default: "txt",
    description: "what to write for each document: txt, json, hocr, pdf or several",
  },
  {
    name: "pdf-pages",
    default: "auto",
    description: "pages of PDFs to recognise: auto, force (all) or text-only",
  },
  { name: "force", default: "false", description: "true: also documents whose outputs are there already" },
  { name: "max-failure-percent", default: "5", description: "more failed documents than this fail the run" },
  {
    name: "processes",
    default: "",
    description: "pages read at the same time on this machine; empty: one per core",
  },
  { name: "aws-region", default: "", description: "the region of AWS; empty: that of AWS_REGION" },
  { name: "role-to-assume", default: "", description: "ARN of the role for AWS; empty: the AWS SDK's way" },
  { name: "capacity", default: "spot", description: "batch: spot, on-demand or spot-then-on-demand" },
  { name: "max-vcpus", default: "", description: "batch: vCPUs at a time in all; empty: as it was, or 256" },
  { name: "vcpus", default: "4", description: "batch: vCPUs of each job, with an OCR process on each" },
  { name: "memory-mib", default: "8192", description: "batch: memory of each job" },
  { name: "job-role", default: "textmill-job", description: "batch: the role of the workers, name or ARN" },
  {
    name: "execution-role",
    default: "textmill-execution",
    description: "batch: the role that starts the workers, name or ARN",
  },
  { name: "subnets", default: "", description: "batch: subnet ids; empty: the default VPC's public ones" },
  { name: "security-groups", default: "", description: "batch: group ids; empty: one without ways in" },
  { name: "image", default: "", description: "batch: a worker image that is ready; empty: made if need be" },
  { name: "max-cost-usd", default: "", description: "batch: refuse a run that is forecast to cost more" },
  { name: "chunk-minutes", default: "15", description: "how much work a chunk of a large run is" },
  { name: "watch-minutes", default: "350", description: "how long watch, and run on AWS Batch, wait" },
  { name: "cancel-on-abort", default: "false", description: "batch: true ends the run with this process" },
  { name: "confirm", default: "false", description: "cleanup: true deletes what it shows" },
  { name: "page-timeout-seconds", default: "120", description: "a page that takes longer fails" },
  { name: "max-document-mib", default: "500", description: "a larger document fails unread" },
  { name: "max-document-pages", default: "5000", description: "a document of more pages fails" },
  { name: "max-page-megapixels", default: "200", description: "a larger page fails" },
  { name: "summary", default: "true", description: "true: show the report on the page of the workflow run" },
  { name: "github-token", default: "", description: "shows the progress as a check; empty: nowhere" },
  { name: "comment-on", default: "", description: "issue or pull request to post the report to, by number" },
] as const satisfies readonly InputRow[];

export type InputName = (typeof inputTable)[number]["name"];
