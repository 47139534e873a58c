// Meals served a day, from a CSV file with the columns School, Date and Meals.
#include <kpid/plugin.hpp>
#include <readers/cell.hpp>
#include <readers/csv.hpp>

namespace {

using namespace kpid::plugin;
using kpid::readers::CsvReader;

class SchoolMeals {
 public:
  explicit SchoolMeals(const Settings& settings) : path_(settings.text("path")) {}

  Status check(Host& host) { return read(host, false); }
  Status pull(Host& host, const Pull&) { return read(host, true); }

 private:
  Status read(Host& host, bool rows) {
    const auto documents = host.fetch(path_, Select::newest);
    if (!documents) return documents.error();
    const Document& document = documents->front();
    auto csv = CsvReader::open(document.bytes);
    if (!csv) return source_error(document, csv.error());
    const auto header = csv->next();
    if (!header) return source_error(document, header.error());
    if (csv->fields() != std::vector<std::string_view>{"School", "Date", "Meals"}) {
      return source_error(document.place(csv->row()) +
                          ": the columns must be School, Date and Meals; export the file anew");
    }
    return rows ? emit_rows(host, document, *csv) : ok();
  }

  static Status emit_rows(Host& host, const Document& document, CsvReader& csv) {
    for (auto more = csv.next(); !more || *more; more = csv.next()) {
      if (!more) return source_error(document, more.error());
      host.rows_read(csv.row());
      const auto& cells = csv.fields();
      const auto day = cells.size() == 3 ? parse_british_day(cells[1]) : std::nullopt;
      const auto meals = day ? kpid::readers::to_integer(cells[2]) : std::nullopt;
      if (!meals || *meals < 0) {
        host.skipped(document.place(csv.row()), "No school, day and number of meals; left out.");
        continue;
      }
      Observation row{.measure = "meals.served", .organisation = cells[0], .period = on(*day)};
      row.value = static_cast<double>(*meals);
      row.document = document.number;
      row.row_first = csv.row();
      if (Status emitted = host.emit(row); !emitted) return emitted;
    }
    return ok();
  }

  std::string path_;
};

}  // namespace

KPID_PLUGIN(SchoolMeals);
