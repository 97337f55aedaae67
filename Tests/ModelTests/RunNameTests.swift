import Model
import Testing

struct RunNameTests {
  @Test func `identifiers of runs sort as they were made`() {
    var random = SystemRandomNumberGenerator()
    let earlier = ULID(milliseconds: 1_772_357_400_250, random: &random)
    let later = ULID(milliseconds: 1_772_357_400_251, random: &random)
    #expect(earlier < later)
    #expect(earlier.description.utf8.count == 26)
    #expect(ULID(milliseconds: 0, random: &random).description.hasPrefix("0000000000"))
  }

  @Test(arguments: ["", "01ARZ3NDEKTSV4RRFFQ69G5FA", "81ARZ3NDEKTSV4RRFFQ69G5FAV", "01ARZ3NDEKTSV4RRFFQ69G5FAU"])
  func `what is no ULID is refused`(_ text: String) {
    #expect(throws: ULID.ParseError.self) { try ULID(text) }
  }

  @Test func `a ULID is read in either case`() throws {
    #expect(try ULID("01arz3ndektsv4rrffq69g5fav").description == "01ARZ3NDEKTSV4RRFFQ69G5FAV")
  }

  @Test(arguments: ["pipeline", "stages.build", "stages.build.steps.unit", "stages.build.steps.group.steps.unit_1"])
  func `a path is read and written alike`(_ text: String) throws {
    #expect(try StepPath(text).description == text)
  }

  @Test(arguments: ["", "build", "stages", "steps.a", "stages.a.stages.b", "stages.a.steps", "stages.1a", "stages.a b"])
  func `what is no path is refused`(_ text: String) {
    #expect(throws: StepPath.ParseError.self) { try StepPath(text) }
  }

  @Test func `a step lies inside its stage and not inside itself`() throws {
    let (stage, step) = (try StepPath("stages.a"), try StepPath("stages.a.steps.b"))
    #expect(step.isInside(stage))
    #expect(!step.isInside(step))
    #expect(step.parent == stage)
    #expect(stage.isStage)
  }
}
