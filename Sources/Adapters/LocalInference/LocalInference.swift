// LocalInference
