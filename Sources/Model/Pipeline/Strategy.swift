/// `strategy:` of a stage, a group or a step: how many instances of it there are.
package struct Strategy: Hashable, Sendable {
  package enum Loop: Hashable, Sendable {
    case matrix(Matrix)
    case repetition(Repetition)
    case parallelism(FieldValue<Int>)
  }

  /// What becomes of the instances that wait when one has failed.
  package enum FailureMode: String, Hashable, Sendable, CaseIterable {
    case runAll = "RunAll"
    case skipQueued = "SkipQueued"
  }

  package let loop: Loop
  package let onFailure: FailureMode?
  package let span: SourceSpan

  package init(_ loop: Loop, onFailure: FailureMode? = nil, span: SourceSpan) {
    self.loop = loop
    self.onFailure = onFailure
    self.span = span
  }

  /// How many instances may run at once; nil is all of them.
  package var maxConcurrency: FieldValue<Int>? {
    switch loop {
    case .matrix(let matrix): matrix.maxConcurrency
    case .repetition(let repetition): repetition.maxConcurrency
    case .parallelism: nil
    }
  }
}

/// `matrix:`: an instance for every combination of its axes' values.
package struct Matrix: Hashable, Sendable {
  package struct Axis: Hashable, Sendable {
    package enum Values: Hashable, Sendable {
      /// A scalar or a mapping each, as written: the number `1.0` is the text "1.0".
      case list([Node])
      /// Comes to a list when the looped node starts.
      case expression(Text)
    }

    package let name: String
    package let values: Values
    /// Of the key.
    package let span: SourceSpan

    package init(name: String, values: Values, span: SourceSpan) {
      self.name = name
      self.values = values
      self.span = span
    }
  }

  /// One item of `exclude:`: drops every combination that has all of these values.
  package struct Exclusion: Hashable, Sendable {
    package struct Entry: Hashable, Sendable {
      package let axis: String
      package let value: Node

      package init(axis: String, value: Node) {
        self.axis = axis
        self.value = value
      }
    }

    package let entries: [Entry]
    package let span: SourceSpan

    package init(entries: [Entry], span: SourceSpan) {
      self.entries = entries
      self.span = span
    }
  }

  /// In the file's order. Harness varies the last one fastest, and takes literal axes before those with expressions.
  package let axes: [Axis]
  package let exclusions: [Exclusion]
  /// Becomes part of each instance's identifier and name.
  package let nodeName: Text?
  package let maxConcurrency: FieldValue<Int>?

  package init(
    axes: [Axis], exclusions: [Exclusion] = [], nodeName: Text? = nil, maxConcurrency: FieldValue<Int>? = nil
  ) {
    self.axes = axes
    self.exclusions = exclusions
    self.nodeName = nodeName
    self.maxConcurrency = maxConcurrency
  }
}

/// `repeat:`: a number of instances, or one for each item.
package struct Repetition: Hashable, Sendable {
  package enum Count: Hashable, Sendable {
    case times(FieldValue<Int>)
    case items(Matrix.Axis.Values)
  }

  package enum Unit: String, Hashable, Sendable, CaseIterable {
    case percentage = "Percentage"
    case count = "Count"
  }

  package let count: Count
  package let maxConcurrency: FieldValue<Int>?
  package let start: FieldValue<Int>?
  /// Exclusive.
  package let end: FieldValue<Int>?
  package let unit: Unit?
  package let partitionSize: FieldValue<Int>?
  package let nodeName: Text?

  package init(
    _ count: Count, maxConcurrency: FieldValue<Int>? = nil, start: FieldValue<Int>? = nil,
    end: FieldValue<Int>? = nil, unit: Unit? = nil, partitionSize: FieldValue<Int>? = nil, nodeName: Text? = nil
  ) {
    self.count = count
    self.maxConcurrency = maxConcurrency
    self.start = start
    self.end = end
    self.unit = unit
    self.partitionSize = partitionSize
    self.nodeName = nodeName
  }
}
