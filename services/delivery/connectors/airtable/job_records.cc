#include "services/delivery/connectors/airtable/job_records.h"

#include "services/delivery/connectors/reference.h"

namespace leadrelay::delivery::airtable {
namespace {

std::string DealTitle(const Job& job) {
  for (const char* path : {"name", "company"}) {
    std::string name = job.lead.Find(path).StringOr("");
    if (!name.empty()) return name;
  }
  return absl::StrCat("Lead ", job.lead_id);
}

Cells DealCells(const Job& job, const Settings& settings) {
  Cells cells = settings.deal.mapping.Apply(FactsOf(job));
  if (const Scalar* word = Find(cells, settings.deal_stage_field)) {
    const auto known = settings.deal_stages.find(ToText(*word));
    if (known != settings.deal_stages.end()) {
      Put(cells, settings.deal_stage_field, known->second);
    }
  }
  return cells;
}

Record Owned(const Job& job, const OwnedTable& table, Cells cells) {
  Record record;
  record.key_field = table.key_field;
  record.key = job.delivery_id;
  record.cells = std::move(cells);
  Put(record.cells, record.key_field, record.key);
  record.link_field = table.person_field;
  record.link = Get(job.progress, kPersonId);
  return record;
}

}  // namespace

Record PersonOf(const Job& job, const Settings& settings) {
  Record record;
  record.cells = settings.person.Apply(FactsOf(job));
  // Whether Airtable merges on "Ann@x" what it has as "ann@x" is not documented: ours are in lower
  // case throughout.
  const std::string email = job.lead.Find("email").StringOr("");
  for (MappedField& cell : record.cells) {
    const auto* text = std::get_if<std::string>(&cell.value);
    if (text != nullptr && !email.empty() && *text == email) cell.value = LowerCase(email);
  }
  for (const std::string& field : settings.key_fields) {
    const Scalar* value = Find(record.cells, field);
    if (value == nullptr) continue;
    record.key_field = field;
    record.key = ToText(*value);
    break;
  }
  return record;
}

Record DealOf(const Job& job, const Settings& settings) {
  Cells cells = DealCells(job, settings);
  if (Find(cells, settings.deal_title_field) == nullptr) {
    Put(cells, settings.deal_title_field, DealTitle(job));
  }
  return Owned(job, settings.deal, std::move(cells));
}

Record TaskOf(const Job& job, const Settings& settings) {
  return Owned(job, settings.task, settings.task.mapping.Apply(FactsOf(job)));
}

std::string TitleOfDealToMove(const Job& job) {
  return job.lead.Find("deal").Find("title").StringOr("");
}

Record DealMoveOf(const Job& job, const Settings& settings) {
  Record record;
  record.id = Get(job.scratch, kDealToMove);
  record.cells = DealCells(job, settings);
  // By the title it was found.
  std::erase_if(record.cells, [&settings](const MappedField& cell) {
    return cell.field == settings.deal_title_field;
  });
  return record;
}

std::string NoteEntry(const Job& job) {
  std::string note = job.lead.Find("note").StringOr("");
  std::erase(note, '\r');
  note.erase(note.find_last_not_of(" \t\n") + 1);
  return absl::StrCat(FormatInstant(job.accepted_at), ": ", WithReference(note, job));
}

Record NotesOf(const Job& job, const Settings& settings) {
  Record record;
  record.id = Get(job.progress, kPersonId);
  std::string notes = Get(job.scratch, kNotes);
  if (!notes.empty()) notes += "\n\n";
  record.cells = {{settings.note_field, notes + NoteEntry(job)}};
  return record;
}

}  // namespace leadrelay::delivery::airtable
